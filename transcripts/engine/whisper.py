"""The model handle: which weights a name means, how they come here, how they are loaded."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import huggingface_hub
from faster_whisper import WhisperModel
from faster_whisper.utils import _MODELS as NAMES
from huggingface_hub import constants, errors

from . import legacy, selftest
from .device import Device, choose, cuda_devices
from .errors import ModelUnavailable
from .types import AUTO_MODEL, EngineConfig, ModelInfo

logger = logging.getLogger(__name__)

DEMO: Final = "demo"
DEMO_DIRECTORY: Final = Path(__file__).parents[2] / "demo" / "model"
DEMO_NOTE: Final = (
    "Demo model: it knows about 130 English and 160 Spanish words and turns everything else into them. "
    "Set WHISPER_MODEL to a real model for real work."
)
AUTO: Final = {"cuda": "deepdml/faster-whisper-large-v3-turbo-ct2", "cpu": "Systran/faster-whisper-small"}
FILES: Final = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]
"""What of a hub repository is fetched; the same files as faster-whisper's."""
REACH_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """faster-whisper's handle on the weights, its public description, and the languages it knows."""

    whisper: WhisperModel
    info: ModelInfo

    @property
    def languages(self) -> list[str]:
        """Codes of all languages that may be asked for."""
        codes: list[str] = self.whisper.supported_languages
        return codes


def model_id(config: EngineConfig, device: str) -> str:
    """Hub id, directory or `demo` that the configured name stands for on this device (`cuda` or `cpu`).

    Raises:
        ModelUnavailable: no such name.
    """
    name = config.model
    if name == AUTO_MODEL:
        return AUTO[device]
    if name == DEMO or "/" in name or Path(name).is_dir():
        return name
    if name not in NAMES:
        raise ModelUnavailable(
            f"Unknown model {name!r}: give a hub id (owner/name), a directory, or one of "
            f"auto, {DEMO}, {', '.join(sorted(NAMES))}."
        )
    return str(NAMES[name])


def fetch_model(config: EngineConfig) -> Path:
    """The model's directory; downloaded into `config.models_dir`, with progress on stderr, if it is not there yet.

    What is there already is taken without any network. `HF_HUB_OFFLINE` and `HF_ENDPOINT` are honoured.

    Raises:
        ModelUnavailable: and why; within seconds where no hub can be reached.
    """
    name = model_id(config, _device_kind(config))
    if name == DEMO:
        demo = _directory(DEMO_DIRECTORY)
        return legacy.loadable(demo, config.models_dir) if legacy.is_legacy() else demo
    if Path(name).is_dir() or name.startswith(("/", ".")):
        return _directory(Path(name))
    return _stored(name, config) or _downloaded(name, config)


def load(config: EngineConfig) -> LoadedModel:
    """Fetch if needed and load.

    Raises:
        ModelUnavailable: the weights cannot be had, or are no Whisper model.
        UnsupportedDevice: this machine cannot do what the configuration asks for.
    """
    device = choose(config.device, config.compute_type)
    path = fetch_model(config)
    if device.kind == "cuda":
        selftest.check(path, device)
    try:
        whisper = WhisperModel(
            str(path), device=device.kind, compute_type=device.compute_type, cpu_threads=config.cpu_threads
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelUnavailable(f"The model in {path} cannot be loaded: {error}") from error
    logger.info("loaded %s on %s as %s", path, device.name, device.compute_type)
    return LoadedModel(whisper, _info(config, path, whisper, device))


def _device_kind(config: EngineConfig) -> str:
    if config.device == "auto":
        return "cuda" if cuda_devices() else "cpu"
    return config.device if config.device in AUTO else "cpu"


def _directory(path: Path) -> Path:
    if not _is_complete(path):
        raise ModelUnavailable(f"{path} holds no Whisper model in CTranslate2 format (model.bin, config.json, …).")
    return path


def _is_complete(path: Path) -> bool:
    needed = ("model.bin", "config.json", "vocabulary.*")
    return all(next(path.glob(pattern), None) is not None for pattern in needed)


def _stored(name: str, config: EngineConfig) -> Path | None:
    try:
        found = Path(
            huggingface_hub.snapshot_download(
                name, revision=config.revision, cache_dir=config.models_dir, local_files_only=True, allow_patterns=FILES
            )
        )
    except (OSError, ValueError):  # not there, or only in part
        return None
    return found if _is_complete(found) else None


def _downloaded(name: str, config: EngineConfig) -> Path:
    if constants.HF_HUB_OFFLINE:
        raise ModelUnavailable(f"{name} is not in {config.models_dir}, and HF_HUB_OFFLINE forbids to fetch it.")
    _check_reachable(name, config)
    try:
        path = Path(
            huggingface_hub.snapshot_download(
                name, revision=config.revision, cache_dir=config.models_dir, allow_patterns=FILES
            )
        )
    except errors.RevisionNotFoundError as error:
        raise ModelUnavailable(f"The hub has no revision {config.revision!r} of {name}.") from error
    except (errors.RepositoryNotFoundError, errors.HFValidationError) as error:
        raise ModelUnavailable(f"The hub has no model {name}, or it asks for a login (HF_TOKEN).") from error
    except Exception as error:  # the hub's client raises whatever its transports raise
        raise ModelUnavailable(f"Fetching {name} from {constants.ENDPOINT} failed: {error}") from error
    return _directory(path)


def _check_reachable(name: str, config: EngineConfig) -> None:
    """Any answer at all will do; the download itself would retry for minutes where there is no network."""
    try:
        huggingface_hub.get_session().head(constants.ENDPOINT, timeout=REACH_SECONDS)
    except Exception as error:  # as above; the reason is passed on
        raise ModelUnavailable(
            f"{name} is not in {config.models_dir}, and the model hub {constants.ENDPOINT} cannot be reached: {error}. "
            "Copy the model there, set HF_ENDPOINT to a mirror, or name a directory as the model."
        ) from error


def _info(config: EngineConfig, path: Path, whisper: WhisperModel, device: Device) -> ModelInfo:
    name = model_id(config, device.kind)
    is_hub = "/" in name and not Path(name).is_dir()
    public = name if is_hub or name == DEMO else path.name
    return ModelInfo(
        name=config.model if is_hub and config.model != AUTO_MODEL else public,
        model=public,
        revision=path.name if is_hub else "",
        device=device.kind,
        device_name=device.name,
        compute_type=whisper.model.compute_type,
        gpu_available=cuda_devices() > 0,
        multilingual=whisper.model.is_multilingual,
        can_translate=whisper.model.is_multilingual and not _is_pruned(name, path, whisper.model.n_mels),
        note=DEMO_NOTE if name == DEMO or path == DEMO_DIRECTORY else "",
    )


def _is_pruned(name: str, path: Path, n_mels: int) -> bool:
    """Whether this is a turbo or distilled model, which were not trained to translate.

    By name, or, for a renamed directory, by shape: they have large-v3's 128 mel bands but at most four decoder layers
    (large-v3 has 32), which shows in the layers of their alignment heads.
    """
    if "turbo" in f"{name} {path.name}".lower() or "distil" in f"{name} {path.name}".lower():
        return True
    heads = json.loads((path / "config.json").read_text(encoding="utf-8")).get("alignment_heads") or []
    return n_mels == 128 and bool(heads) and max(layer for layer, _ in heads) < 4
