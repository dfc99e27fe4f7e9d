"""Every word that the demo model can learn, in English and in Spanish."""

from __future__ import annotations

from typing import Literal, NamedTuple

Gender = Literal["m", "f"]


class Pair(NamedTuple):
    """A word or phrase that needs no agreement."""

    english: str
    spanish: str


class Adjective(NamedTuple):
    """One English form, four Spanish ones."""

    english: str
    masculine: str
    feminine: str
    masculine_plural: str
    feminine_plural: str

    def spanish(self, gender: Gender, *, plural: bool = False) -> str:
        """The form that agrees with a noun of this gender and number."""
        if plural:
            return self.masculine_plural if gender == "m" else self.feminine_plural
        return self.masculine if gender == "m" else self.feminine


class Noun(NamedTuple):
    """Somebody or somewhere; only ever one of them."""

    english: str
    spanish: str
    gender: Gender


class Thing(NamedTuple):
    """A noun that can be counted."""

    english: str
    english_plural: str
    spanish: str
    spanish_plural: str
    gender: Gender


DAYS = [
    Pair("Monday", "lunes"),
    Pair("Tuesday", "martes"),
    Pair("Wednesday", "miércoles"),
    Pair("Thursday", "jueves"),
    Pair("Friday", "viernes"),
    Pair("Saturday", "sábado"),
    Pair("Sunday", "domingo"),
]
MONTHS = [
    Pair("January", "enero"),
    Pair("March", "marzo"),
    Pair("April", "abril"),
    Pair("June", "junio"),
    Pair("August", "agosto"),
    Pair("October", "octubre"),
    Pair("December", "diciembre"),
]
DAY_PARTS = [Pair("morning", "mañana"), Pair("afternoon", "tarde"), Pair("night", "noche")]
NUMBERS = [
    Pair("two", "dos"),
    Pair("three", "tres"),
    Pair("four", "cuatro"),
    Pair("five", "cinco"),
    Pair("six", "seis"),
    Pair("seven", "siete"),
    Pair("eight", "ocho"),
    Pair("nine", "nueve"),
    Pair("ten", "diez"),
    Pair("eleven", "once"),
    Pair("twelve", "doce"),
    Pair("twenty", "veinte"),
    Pair("thirty", "treinta"),
    Pair("fifty", "cincuenta"),
]
HOURS = NUMBERS[:11]
DAYS_OF_MONTH = NUMBERS[:13]
DIGITS = [Pair("zero", "cero"), Pair("one", "uno"), *NUMBERS[:8]]

COLOURS = [
    Adjective("red", "rojo", "roja", "rojos", "rojas"),
    Adjective("blue", "azul", "azul", "azules", "azules"),
    Adjective("green", "verde", "verde", "verdes", "verdes"),
    Adjective("white", "blanco", "blanca", "blancos", "blancas"),
    Adjective("black", "negro", "negra", "negros", "negras"),
    Adjective("yellow", "amarillo", "amarilla", "amarillos", "amarillas"),
]
SIZES = [
    Adjective("big", "grande", "grande", "grandes", "grandes"),
    Adjective("small", "pequeño", "pequeña", "pequeños", "pequeñas"),
]
AGES = [Adjective("new", "nuevo", "nueva", "nuevos", "nuevas"), Adjective("old", "viejo", "vieja", "viejos", "viejas")]
ADJECTIVES = COLOURS + SIZES + AGES

THINGS = [
    Thing("box", "boxes", "caja", "cajas", "f"),
    Thing("book", "books", "libro", "libros", "m"),
    Thing("door", "doors", "puerta", "puertas", "f"),
    Thing("letter", "letters", "carta", "cartas", "f"),
    Thing("table", "tables", "mesa", "mesas", "f"),
    Thing("car", "cars", "coche", "coches", "m"),
    Thing("phone", "phones", "teléfono", "teléfonos", "m"),
    Thing("apple", "apples", "manzana", "manzanas", "f"),
    Thing("picture", "pictures", "cuadro", "cuadros", "m"),
    Thing("window", "windows", "ventana", "ventanas", "f"),
]
TEAM = Noun("team", "equipo", "m")
PEOPLE = [
    TEAM,
    Noun("doctor", "médico", "m"),
    Noun("teacher", "profesora", "f"),
    Noun("student", "alumno", "m"),
    Noun("driver", "conductor", "m"),
    Noun("woman", "mujer", "f"),
]
PLACES = [
    Noun("house", "casa", "f"),
    Noun("school", "escuela", "f"),
    Noun("garden", "jardín", "m"),
    Noun("office", "oficina", "f"),
    Noun("market", "mercado", "m"),
    Noun("station", "estación", "f"),
    Noun("hospital", "hospital", "m"),
    Noun("library", "biblioteca", "f"),
]
EVENTS = [Pair("meeting", "reunión"), Pair("class", "clase")]
NAMES = [
    Pair("Anna", "Ana"),
    Pair("Peter", "Pedro"),
    Pair("Maria", "María"),
    Pair("John", "Juan"),
    Pair("Laura", "Laura"),
    Pair("Daniel", "Daniel"),
]

VERBS = [
    Pair("found", "encontró"),
    Pair("bought", "compró"),
    Pair("sold", "vendió"),
    Pair("opened", "abrió"),
    Pair("lost", "perdió"),
    Pair("painted", "pintó"),
    Pair("moved", "movió"),
    Pair("counted", "contó"),
]
CLAIMS = [
    Pair("We have", "Tenemos"),
    Pair("They need", "Necesitan"),
    Pair("I see", "Veo"),
    Pair("She wants", "Ella quiere"),
]
PHRASES = [
    Pair("Good morning.", "Buenos días."),
    Pair("Good night.", "Buenas noches."),
    Pair("Yes, thank you.", "Sí, gracias."),
    Pair("No, thank you.", "No, gracias."),
    Pair("See you tomorrow.", "Hasta mañana."),
    Pair("That is all for today.", "Eso es todo por hoy."),
    Pair("The meeting is over.", "La reunión ha terminado."),
    Pair("Thank you very much.", "Muchas gracias."),
]
