// The quote card: a passage with who says it, when, in what, and the link that plays it.
import { copy } from "./clipboard.js";
import { clock, moment } from "./clock.js";
import { say } from "./strings.js";
import { toast } from "./toast.js";

export function copyQuote(passage, title) {
  const speakers = [...new Set(passage.segments.map(({ row }) => row.speaker).filter(Boolean))].join(", ");
  const source = [speakers, title, clock(passage.start)].filter(Boolean).join(", ");
  const link = location.origin + location.pathname + moment(passage.start);
  copy(`“${passage.text}”\n— ${source}\n${link}`, card(passage.text, source, link));
  toast(say("quoteCopied"), { quote: passage.text, source });
}

function card(text, source, link) {
  const [quote, words, cite, anchor] = ["blockquote", "p", "p", "a"].map((name) => document.createElement(name));
  words.textContent = `“${text}”`;
  anchor.href = link;
  anchor.textContent = source;
  cite.append("— ", anchor);
  quote.append(words, cite);
  return quote.outerHTML;
}
