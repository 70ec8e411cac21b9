"""A dozen short texts, written for this project, with what the shipped model makes of them.

In: WORK/topics/export, the vocabulary. Out: tests/golden/topics.json, which the library's own forward pass is
held to.
"""

import json

from .. import library
from .reference import Topics

# title, sentences (split by hand, so that parity doesn't hang on a splitter)
TEXTS = [
    ("Central bank raises interest rates for third time", [
        "The central bank raised its main rate by a quarter point on Thursday to slow inflation.",
        "Shares fell and the currency gained after the announcement.",
        "Economists expect one more increase before the summer."]),
    ("Keeper's late save sends Harbour City into cup final", [
        "Harbour City reached the cup final after a penalty shoot-out on Saturday night.",
        "Their goalkeeper saved twice as 40,000 fans watched in the rain."]),
    ("Flood waters rise after week of rain", [
        "Hundreds of families were moved from their homes as the river burst its banks.",
        "Rescue teams in boats searched the streets for stranded people.",
        "Forecasters said more heavy rain would fall overnight."]),
    ("New vaccine cuts hospital stays among older patients, trial finds", [
        "A trial of 12,000 people found that the vaccine halved hospital admissions.",
        "Doctors said the side effects were mild."]),
    ("Teachers strike closes schools across the region", [
        "Classrooms stayed empty on Monday as teachers walked out over pay.",
        "The union said wages had fallen behind prices for ten years.",
        "Ministers called the strike irresponsible and asked for talks."]),
    ("", ["A court sentenced a former mayor to six years in prison for taking bribes from builders."]),
    ("Telescope finds water vapour around distant planet", []),
    ("Pilgrims gather as cathedral reopens after fire", [
        "Bells rang for the first time in five years as the cathedral opened its doors.",
        "The bishop led a mass for thousands of worshippers."]),
    ("Army says drones shot down near border", [
        "Air defences shot down eleven drones before dawn, the army said.",
        "Two soldiers were wounded when debris hit a barracks.",
        "The ceasefire agreed in spring has been broken almost daily."]),
    ("Ten ways to make a small kitchen feel larger", [
        "Pale walls and open shelves are where most designers start.",
        "Then fit one good lamp over the table, and put the rest away."]),
    ("Emissions from shipping must halve, climate report warns", [
        "Ships burn some of the dirtiest fuel there is, and forests can't absorb the difference.",
        "The report asks for a carbon price on every voyage."]),
    ("Parliament passes budget by one vote", [
        "The prime minister survived a rebellion in her own party to pass the budget.",
        "The opposition called for an early election."]),
]


def rounded(values):
    return [round(float(v), 6) for v in values]


def main(job):
    topics = Topics(job.topics / "export")
    codes, made = topics.meta["codes"], []
    given = [{"sentences": ([title] if title else []) + sentences} for title, sentences in TEXTS]
    for (title, sentences), found in zip(TEXTS, library.encode(job.tokenizer, given), strict=True):
        pooled = topics.pool(found.ids, bool(title))
        logits = topics.logits(pooled)
        scores = topics.scores(logits)
        made.append({
            "title": title, "sentences": sentences, "titled": bool(title), "ids": found.ids,
            "pooled": rounded(pooled), "logits": rounded(logits), "scores": rounded(scores),
            "topics": [codes[j] for j in topics.topics(scores)],
        })
    out = job.golden("topics.json")
    out.write_text(json.dumps(made), encoding="utf-8")
