"""How well and how fast a text suggests themes: the labelled sentences of tests/themes, and the time until a process is ready to."""

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from tests.themes.measuring import SENTENCES, measure

from buurtnet.themes.rules.lexicon import LANGUAGES
from buurtnet.themes.rules.suggestions import suggest_themes

RUNS, QUICK_RUNS = 5, 2
LEAST = 0.8
FIRST = "from time import perf_counter as now; from buurtnet.themes.rules.suggestions import suggest_themes as f; t = now(); f('a', {!r}); print(now() - t)"


def run(quick: bool) -> Iterator[dict[str, object]]:
    """For each language and set precision, recall and milliseconds a sentence; then the first suggestion of a new process."""
    runs = QUICK_RUNS if quick else RUNS
    for language in LANGUAGES:
        for name, sentences in SENTENCES[language].items():
            precision, recall = measure(language, sentences)
            taken = [_time_texts([sentence.text for sentence in sentences], language) for _ in range(runs)]
            yield {
                "bench": "themes",
                "language": language,
                "set": name,
                "sentences": len(sentences),
                "precision": round(precision, 3),
                "recall": round(recall, 3),
                "ms_per_sentence": round(median(taken), 2),
                "within": precision >= LEAST and recall >= LEAST,
            }
    for language in LANGUAGES:
        taken = [_time_first(language) for _ in range(runs)]
        yield {
            "bench": "themes",
            "language": language,
            "case": "first suggestion of a process",
            "seconds": round(median(taken), 3),
            "runs": runs,
        }


def _time_texts(texts: list[str], language: str) -> float:
    began = time.perf_counter()
    for text in texts:
        suggest_themes(text, language)
    return (time.perf_counter() - began) * 1000 / len(texts)


def _time_first(language: str) -> float:
    return float(subprocess.run([sys.executable, "-c", FIRST.format(language)], check=True, capture_output=True, text=True).stdout)
