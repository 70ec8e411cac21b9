"""Pages made of the titles and bodies of real ones, to learn from kinds of which there are few.

In: stories, each a title and its paragraphs; a generator of random numbers. Out: a page, the titles of its
articles, and how it was made. What is around the stories is our own.
"""
import collections
import html
import re

DATES = ("13 March 2024", "March 13, 2024", "2024-03-13", "Wed, 13 Mar 2024", "Published: 13 March 2024 07:45",
         "13/03/2024")
NAMES = ("Ada Poe", "Ilse Korvath", "Jan Novak", "Mary Ann Lee")
SITES = ("The Velm Post", "Daily Echo", "Orrin News", "City Herald")
RULES = ("---", "***", "* * *", "=====", "_______", "- - -", "⁂")
SECTIONS = ("Local news", "News", "Archive", "Blog", "March 2024")
TOPS = ("{}", "{}\n\nNews\n\nSport\n\nBusiness\n\nOpinion", "News", "Home > News > Local", "Monday, 18 March 2024",
        "Menu\n\nSearch\n\nSign in\n\n{}", "The {} - Local News, Sport and Weather",
        "Independent news for the region since 1884")
NAV = ('<header><a href="/">{}</a><nav><ul><li><a href="/n">News</a></li><li><a href="/s">Sport</a></li>'
       '<li><a href="/o">Opinion</a></li></ul></nav></header>')
FOOTER = "<footer>Copyright 2024 {}. All rights reserved.</footer>"


def some(draw, body):
    return body[:draw.choice([2, 3, 4, 6, 10, 20])]


def names(story):
    """Its commonest names: words with a capital inside a sentence."""
    inside = re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", " ".join(story[1]))
    return [name for name, _ in collections.Counter(inside).most_common(3)]


def of_one_town(draw, stories):
    """The same stories; in half of the pages they are about the names of the first, as those of a local paper are."""
    if draw.random() < 0.5:
        return stories
    told, found = names(stories[0]), stories[:1]
    for story in stories[1:]:
        known = dict(zip(names(story), draw.sample(told, len(told))))
        put = lambda text: re.sub(r"[A-Z][a-z]{3,}", lambda name: known.get(name.group(), name.group()), text)
        found.append((put(story[0]), [put(line) for line in story[1]]))
    return found


def text_of_several(draw, stories):
    """Several stories in one text: Markdown, rules, dated headlines, or nothing that marks them."""
    chosen = of_one_town(draw, draw.sample(stories, draw.choice([2, 2, 3, 4, 5])))
    chosen = [(title, some(draw, body)) for title, body in chosen]
    style = draw.choice(["md", "md-below", "rule", "dated", "plain", "plain", "byline", "rule", "rule-dated"])
    top = f"# {draw.choice(SECTIONS)}\n\n" if style == "md-below" else ""
    if not top and draw.random() < 0.3:
        top = draw.choice(SITES) + "\n\n"
    rule, parts = draw.choice(RULES), []
    for title, body in chosen:
        head = {"md": "# ", "md-below": "## "}.get(style, "") + title
        if "dated" in style or (style.startswith("md") and draw.random() < 0.4):
            head += draw.choice(["\n\n", "\n\n", "\n"]) + draw.choice(DATES)
        if style == "byline":
            head += f"\n\nBy {draw.choice(NAMES)}"
        parts.append(head + "\n\n" + ("\n\n" if draw.random() < 0.85 else "\n").join(body))
    between = f"\n\n{rule}\n\n" if style.startswith("rule") else "\n\n"
    return top + between.join(parts), [title for title, _ in chosen], style


def paragraph(draw, line, deep):
    short = len(line.split()) <= 9 and not re.search(r"[.!?”\":,;]$", line)
    tag = deep if short and draw.random() < 0.6 else "p"
    return f"<{tag}>{html.escape(line)}</{tag}>"


def element(draw, title, body, name, level, deep, dated, link, wrap=""):
    """A story in an element of its own."""
    title = html.escape(title)
    head = f'<{level}><a href="/x">{title}</a></{level}>' if link else f"<{level}>{title}</{level}>"
    day = draw.choice(DATES)
    if dated:
        dates = (f'<p class="date">{day}</p>', f'<time datetime="2024-03-13">{day}</time>',
                 f'<div class="meta">By {draw.choice(NAMES)} <span>{day}</span></div>')
        # Some print the day above the headline.
        head = dates[0] + head if draw.random() < 0.15 else head + draw.choice(dates)
    body = "".join(paragraph(draw, line, deep) for line in body)
    if wrap:
        body = f'<div class="{wrap}">{body}</div>'
    start, end = {"article": ("<article>", "</article>"), "div": ('<div class="post">', "</div>"),
                  "section": ("<section>", "</section>"), "li": ("<li>", "</li>"), "": ("", "")}[name]
    return start + head + body + end


def html_of_several(draw, stories):
    """Several stories, teasers alone, one story above cards of others, or one story."""
    kind = draw.choice(["many", "many", "many", "teasers", "main+cards", "single", "single"])
    site = draw.choice(SITES)
    chosen = of_one_town(draw, draw.sample(stories, draw.choice([2, 2, 3, 4, 5, 6])))
    name = draw.choice(["article", "article", "article", "div", "section", ""])
    level = draw.choice(["h1", "h2", "h2", "h2", "h3"])
    deep = {"h1": "h2", "h2": "h3", "h3": "h4"}[level]
    dated, link = draw.random() < 0.5, draw.random() < 0.4
    wrap = draw.choice(["", "", "entry-content", "body"])
    titles = [title for title, _ in chosen]
    if kind == "many":
        stated = draw.choice([*SECTIONS, site])
        more = '<p><a href="/x">Read more</a></p>' if draw.random() < 0.3 else ""
        body = f"<h1>{stated}</h1>" if level != "h1" and draw.random() < 0.5 else ""
        body += "".join(element(draw, title, some(draw, of), name, level, deep, dated, link, wrap) + more
                        for title, of in chosen)
    elif kind == "teasers":
        stated = draw.choice([site, "News", "Latest news"])
        body = "".join(element(draw, title, of[:1], name or "li", level, deep, dated, True) for title, of in chosen)
    else:
        (stated, of), titles = chosen[0], titles[:1]
        of = of[:draw.choice([4, 8, 15, 40])]
        body = element(draw, stated, of, draw.choice(["article", "div"]), "h1", "h2", dated, False, wrap)
        if len(of) > 2 and draw.random() < 0.5:
            words = of[-1].split()[:draw.choice([8, 12, 18])]
            tag = draw.choice(["h2", "h2", "p", "h3", "div"])
            deck = html.escape(" ".join(words).rstrip(".,;"))
            body = body.replace("</h1>", f"</h1><{tag}>{deck}</{tag}>", 1)
        if kind == "main+cards":
            cards = "".join(element(draw, title, [other[0][:draw.choice([80, 140, 400])]],
                                    draw.choice(["article", "div", "li"]), draw.choice(["h2", "h3", "h4"]), "h5",
                                    dated, True) for title, other in chosen[1:])
            box = draw.choice(['<section class="related"><h2>Related stories</h2>', "<aside>", '<div class="cards">',
                               "<h2>More news</h2><div>"])
            body += box + cards + "</div>"
    if draw.random() < 0.7:
        stated += draw.choice([" | ", " - "]) + site
    page = (f"<!DOCTYPE html><html><head><title>{html.escape(stated)}</title></head><body>{NAV.format(site)}"
            f"<main>{body}</main>{FOOTER.format(site)}</body></html>")
    return page, titles, kind


def without_head(page):
    """HTML that states no title."""
    page = re.sub(r"<title[^>]*>.*?</title>", "", page, flags=re.S | re.I)
    page = re.sub(r"<meta\b[^>]*(title|site_name)[^>]*>", "", page, flags=re.I)
    return re.sub(r"<script[^>]*ld\+json[^>]*>.*?</script>", "", page, flags=re.S | re.I)


def with_title(page, title):
    """HTML that states no title but this."""
    head = lambda found: f"{found.group(1)}<title>{title}</title>"
    return re.sub(r"(<head[^>]*>)", head, without_head(page), count=1, flags=re.I)


def with_headline_in(page, name):
    """HTML whose h1 is an element of another name."""
    return re.sub(r"<(/?)h1\b", lambda found: f"<{found.group(1)}{name}", page, flags=re.I)


def changed_html(draw, page, site):
    """The same page with a head that says less, or a headline in another element."""
    named = lambda: draw.choice([*SECTIONS, "Home", "Untitled document", site])
    other = lambda: draw.choice(["h2", "div", "p"])
    return draw.choice([lambda: without_head(page), lambda: with_title(page, named()),
                        lambda: with_headline_in(page, other()),
                        lambda: with_headline_in(with_title(page, site), other())])()


def changed_text(draw, page, title, body, site):
    """The same page without its first line, or under another, or title and body with little around."""
    rest = "\n".join(page.split("\n")[1:]).lstrip("\n")
    top = draw.choice([*TOPS, ""]).format(draw.choice([site, site.upper()]))
    meta = draw.choice(["", f"By {NAMES[0]}\n\n", f"By {NAMES[0]}\n\n{DATES[0]}\n\n", f"{DATES[0]}\n\n", f"{DATES[4]}\n\n"])
    suffix = "" if top else draw.choice(["", f" | {site}", f" - {site}"])
    clean = f"{top}\n\n{title}{suffix}\n\n{meta}" + body.replace("\n", "\n\n")
    return draw.choice([rest, f"{top}\n\n{rest}", clean])
