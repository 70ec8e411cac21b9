"""A few hundred rows of invented news, in the files of the data folder: what a tiny run learns from.

In: nothing but the words here and the labels of models/embedded/taxonomy.json. Out: the folder. Places, names,
firms and events do not exist. An article is drawn sentence by sentence from the words of its topics, so topics can
be learned from it, and hardly any run of eight words comes twice. The same bytes at every run.
"""

import html
import json
import lzma
import random
from pathlib import Path

from .job import ROOT

# A word or two for what happens under each topic of level 1, by the end of its code.
NOUNS = {
    "01": "gallery, painter, orchestra, novel, film, festival, museum, choir, sculpture, theatre",
    "02": "court, judge, burglary, detective, prison term, fraud case, jury, witness, theft, trial",
    "03": "flood, warehouse fire, rescue crew, landslide, evacuation, shipwreck, explosion, siren, wreckage, fire engine",
    "04": "bank, share price, profit, export order, factory, merger, invoice, interest rate, retailer, market",
    "05": "school, teacher, pupil, university, exam, classroom, student, lecture, headmaster, syllabus",
    "06": "river, forest, emission, wildlife park, recycling plant, wetland, beehive, glacier, landfill, habitat",
    "07": "hospital, vaccine, nurse, patient, clinic, surgeon, infection, ambulance, medicine, ward",
    "08": "birthday, reunion, stranger, twin, parrot, love letter, world record, lost ring, grandmother, surprise",
    "09": "union, strike, wage offer, apprentice, shift, pay rise, dismissal, employer, overtime, workforce",
    "10": "recipe, garden, holiday, kitchen, hat, hiking trail, cake, sofa, cruise, wardrobe",
    "11": "parliament, minister, vote, party, election, cabinet, mayor, coalition, bill, campaign",
    "12": "church, bishop, pilgrim, mosque, prayer, temple, abbey, sermon, monk, altar",
    "13": "telescope, researcher, satellite, laboratory, fossil, microscope, robot, experiment, comet, software",
    "14": "family, pensioner, charity, newcomer, neighbour, orphan, shelter, food parcel, volunteer, tenant",
    "15": "match, striker, goal, league, coach, referee, marathon, trophy, penalty, stadium",
    "16": "army, ceasefire, soldier, drone, border post, militia, convoy, truce, bunker, hostage",
    "17": "rain, forecast, frost, thunderstorm, heatwave, drizzle, fog bank, cold front, hailstone, breeze",
}
FIRST = "Ada Bram Cleo Dirk Edda Falk Greta Hugo Ines Jorik Kaja Leif Mona Nils Odile Per Runa Sven Tove Ulf".split()
STEMS = "Alder Birk Corn Dun Elm Fair Gris Hollen Iver Kar Lind Mar Nor Oster Pell Quarn Rav Sal Thorn Ulver".split()
TOWNS = "by dale fjord gate haven mouth ness stead vik wick".split()
FAMILIES = "berg dahl erson field gaard holm lund mann quist strand".split()
VERBS = "close, reopen, move, double, fail, improve, begin, end, shrink, grow, wait, return".split(", ")
ROLES = "clerk, driver, baker, engineer, farmer, painter, pilot, student, tailor, cook".split(", ")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
TEMPLATES = [
    "The {noun} in {town} will {verb} on {day} after {number} people asked about the {noun}.",
    "{name}, a {role} from {town}, said that the {noun} had changed {number} times since {month}.",
    "\"We never thought that a {noun} could {verb},\" said {name}, who has lived near the {noun} for {number} years.",
    "Nobody in {town} expected the {noun} to {verb} before {month}.",
    "At least {number} visitors saw the {noun} beside the {noun} on {day}, {name} reported.",
    "A {noun} and a {noun} cost {town} some {number} crowns in {month}.",
    "Officials at {town} counted {number} cases in which the {noun} did {verb}.",
    "{name} showed the {noun} to {number} guests from {town} and {town}.",
    "In {month} the {noun} of {town} will {verb} for the {number}th time.",
    "Plans for a new {noun} near {town} may {verb}, {name} told a meeting on {day}.",
    "Does {town} need another {noun}?",
    "But the {noun} that {name} built in {month} has yet to {verb}.",
]
TITLES = [
    "{town} waits for its {noun} to {verb}",
    "{noun} and {noun} {verb} in {town}",
    "Why {name} gave {number} crowns for a {noun}",
    "{number} ask for a {noun} after {day}",
    "{name} brings {noun} to {town}",
]
MENU = ["Home", "News", "Sport", "Opinion", "Weather", "Log in", "Subscribe now", "Search"]
FOOTER = ["About us", "Terms of use", "Privacy", "All rights reserved", "Contact the newsroom"]
REUTERS = {"acq": "04", "earn": "04", "ship": "03", "grain": "06"}


class Writer:
    """Draws texts."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        topics = json.loads((ROOT / "models/embedded/taxonomy.json").read_text(encoding="utf-8"))["topics"]
        self.topics = topics
        self.codes = [topic["code"] for topic in topics if "parent" not in topic]
        self.children = {code: [t["code"] for t in topics if t.get("parent") == code] for code in self.codes}

    def one_of(self, some):
        return self.random.choice(some)

    def town(self):
        return self.one_of(STEMS) + self.one_of(TOWNS)

    def name(self):
        return f"{self.one_of(FIRST)} {self.one_of(STEMS)}{self.one_of(FAMILIES)}"

    def fill(self, template, codes):
        """The template with each of its places drawn by itself."""
        draws = {
            "{noun}": lambda: self.one_of(NOUNS[self.one_of(codes)[7:9]].split(", ")),
            "{town}": self.town, "{name}": self.name,
            "{verb}": lambda: self.one_of(VERBS), "{role}": lambda: self.one_of(ROLES),
            "{day}": lambda: self.one_of(DAYS), "{month}": lambda: self.one_of(MONTHS),
            "{number}": lambda: f"{self.random.randint(14, 9800):,}",
        }
        for place, draw in draws.items():
            while place in template:
                template = template.replace(place, draw(), 1)
        return template[0].upper() + template[1:]

    def title(self, codes):
        return self.fill(self.one_of(TITLES), codes)

    def sentences(self, codes, fewest, most):
        return [self.fill(self.one_of(TEMPLATES), codes) for _ in range(self.random.randint(fewest, most))]

    def pick(self, number):
        """Topics of an article: each first topic in its turn, sometimes a second."""
        codes = [self.codes[number % len(self.codes)]]
        return codes + ([self.one_of(self.codes)] if self.random.random() < 0.3 else [])

    def paragraphs(self, sentences):
        return [" ".join(sentences[i : i + 2]) for i in range(0, len(sentences), 2)]


def annotated(writer, prefix, count):
    for number in range(count):
        l1 = list(dict.fromkeys(writer.pick(number)))
        l2 = [writer.one_of(writer.children[code]) for code in l1 if writer.children[code] and writer.random.random() < 0.7]
        text = "\n".join(writer.paragraphs(writer.sentences(l1, 4, 10)))
        title = writer.title(l1) if number % 5 else ""
        yield {"id": f"{prefix}:{number}", "source": prefix, "title": title, "text": text, "l1": l1, "l2": l2}


def sectioned(writer, source, count, fewest, most):
    for number in range(count):
        code = writer.codes[number % len(writer.codes)]
        text = " ".join(writer.sentences([code], fewest, most))
        yield {"id": f"{source}:{number}", "source": source, "title": writer.title([code]), "text": text,
               "labels": [f"{source}/{code[7:9]}"], "l1": [code], "l2": []}


def summarized(writer, source, count, titled):
    for number in range(count):
        codes = writer.pick(number)
        told = writer.sentences(codes, 6, 14)
        highlights = writer.random.sample(told[:5], 1 if titled else 3)
        text = "\n".join(writer.paragraphs(told)) if titled else " ".join(told)
        if not titled and number % 2:
            text = f"{writer.town()} (CNN) {text}"
        yield {"id": f"{source}-{number:03}", "source": source, "title": writer.title(codes) if titled else None,
               "text": text, "summary": "\n".join(line.removesuffix(".") for line in highlights)}


def picked(writer, count):
    for number in range(count):
        codes = writer.pick(number)
        told = writer.sentences(codes, 6, 14)
        text, spans = " ".join(told), []
        for sentence in told:
            start = spans[-1][1] + 1 if spans else 0
            spans.append([start, start + len(sentence)])
        yield {"id": f"picks/{number}", "title": writer.title(codes), "text": text, "sentences": spans, "one": 0,
               "three": [0, 1, 3], "also": [2], "never": [5], "keywords": [writer.town()]}


def page_lines(writer, codes):
    """A page's lines, each with whether it is of the story, and how HTML marks it."""
    story = writer.paragraphs(writer.sentences(codes, 6, 12))
    day = f"{writer.random.randint(1, 28)} {writer.one_of(MONTHS)} 2031"
    top = [(line, False, "li") for line in writer.random.sample(MENU, 5)]
    head = [(writer.title(codes), False, "h1"), (f"By {writer.name()}", False, "span"), (day, False, "time")]
    more = [("Read more", False, "h3")] + [(writer.title(writer.pick(k)), False, "li") for k in range(4)]
    return top + head + [(line, True, "p") for line in story] + more + [(line, False, "li") for line in FOOTER]


def as_html(lines):
    marked = "\n".join(f"<{tag}>{html.escape(line)}</{tag}>" for line, _, tag in lines)
    return f"<html><head><title>{html.escape(lines[5][0])}</title></head><body>\n{marked}\n</body></html>\n"


def real_pages(writer, count):
    for number in range(count):
        lines = page_lines(writer, writer.pick(number))
        yield {"id": f"page-{number}", "url": f"https://news.{writer.town().lower()}{number}.example/{number}",
               "title": lines[5][0], "text": "\n".join(line for line, _, _ in lines), "html": as_html(lines),
               "body": "\n".join(line for line, of_story, _ in lines if of_story)}


def composed_pages(writer, count):
    for number in range(count):
        articles = []
        for _ in range(writer.random.randint(2, 4)):
            codes = writer.pick(writer.random.randrange(17))
            articles.append({"title": writer.title(codes), "body": writer.paragraphs(writer.sentences(codes, 4, 8))})
        # Each headline twice, as on pages of teasers: that is how the library knows where an article begins.
        text = "\n\n".join("\n".join([a["title"], a["title"], *a["body"]]) for a in articles)
        yield {"id": f"c00-{number:03}", "style": "doubled", "text": text, "articles": articles}


def reuters(writer):
    for code, topic in REUTERS.items():
        for number in range(12):
            text = " ".join(writer.sentences([f"medtop:{topic}000000"], 3, 6))
            yield {"id": f"{code}:{number}", "source": "reuters21578", "title": f"{code} {writer.town()}".upper(),
                   "text": text, "labels": [code], "split": "train"}


def files():
    """(name, rows) of every file."""
    seed = 0

    def writer():
        nonlocal seed
        seed += 1
        return Writer(seed)

    own = list(annotated(writer(), "own", 255))
    # Some annotated rows were published under a section too.
    also = [{**row, "source": "rss", "labels": [f"rss/{row['l1'][0][7:9]}"], "l1": row["l1"][:1], "l2": []} for row in own[::5]]
    yield "topics/annotated_train", own
    yield "topics/annotated_dev", annotated(writer(), "dev", 34)
    yield "topics/rss", [*sectioned(writer(), "rss", 170, 1, 2), *also]
    yield "topics/allsides", sectioned(writer(), "allsides", 51, 4, 8)
    yield "topics/dailymail2020", sectioned(writer(), "dailymail2020", 51, 4, 8)
    yield "topics/others", sectioned(writer(), "others", 51, 1, 6)
    for name in ("bbc", "inshorts", "agnews", "masakhanews_dev"):
        yield f"topics/eval_{name}", sectioned(writer(), f"eval_{name}", 17, 2, 5)
    yield "topics/reuters21578", reuters(writer())
    yield "text/news", ({**row, "labels": None, "l1": [], "l2": []} for row in sectioned(writer(), "news", 136, 3, 8))
    headlines = writer()
    yield "text/china_headlines", ({"id": f"headline:{k}", "source": "headlines", "title": headlines.title(
        [headlines.codes[k % 17]])} for k in range(204))
    yield "summaries/cnndm_train", summarized(writer(), "cnndm-train", 120, titled=False)
    yield "summaries/cnndm_val", summarized(writer(), "cnndm-val", 12, titled=False)
    yield "summaries/teasers_train", summarized(writer(), "teasers-train", 80, titled=True)
    yield "summaries/teasers_val", summarized(writer(), "teasers-val", 8, titled=True)
    yield "summaries/descriptions_train", summarized(writer(), "descriptions", 8, titled=True)
    yield "summaries/xsum_dev", summarized(writer(), "xsum", 6, titled=False)
    yield "picks/picks", picked(writer(), 40)
    yield "pages/aeb", real_pages(writer(), 20)
    yield "pages/composed_dev", composed_pages(writer(), 12)
    yield "pages/wcxb_dev", real_pages(writer(), 60)
    yield "pages/naeb_dev", real_pages(writer(), 20)
    those = writer()
    yield "topics/sib200", ({"id": f"sib:{k}", "language": "en", "split": "train", "text": text}
                            for k, text in enumerate(those.sentences(those.codes[:3], 40, 60)))


def taxonomy():
    nodes = [{"code": t["code"], "label": t["label"], "level": 2 if "parent" in t else 1, "parent": t.get("parent"),
              "top": t.get("parent", t["code"]), "retired": None} for t in Writer(0).topics]
    return {"version": "2025-10-09T12:00:00+00:00", "nodes": nodes}


def main(folder):
    for part in ("topics", "text", "summaries", "picks", "pages"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "topics/iptc_mediatopic_2025-10-09.json").write_text(json.dumps(taxonomy()), encoding="utf-8")
    for name, rows in files():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        Path(folder / f"{name}.jsonl.xz").write_bytes(lzma.compress(lines.encode(), preset=1))
