"""The words of the parity set: invented news, written for it and for nothing else.

`NEWS` trains the tiny tokenizers and is what the tiny summarizers read; the lists below it are
what the golden files encode. No text, name or figure in here comes from a real report.
"""

NEWS = [
    "The harbour council of Westermole voted on Tuesday to rebuild the northern breakwater, four "
    "months after a winter storm tore two hundred metres of stone from the sea wall. Engineers told "
    "the council that the work would cost 41 million crowns and take three summers. Fishing crews "
    "will keep the inner basin for the whole of that time, and the ferry to the islands will leave "
    "from the southern pier. Councillor Ada Brandt said the town had waited long enough.",
    "Scientists at the Institute for River Studies have counted more sturgeon in the lower Tarn than "
    "in any year since records began. Their report, published on Monday, credits two new fish "
    "ladders and a ban on gravel digging. \"We did not expect it so soon,\" said Dr. Mirela Osk, who "
    "led the survey. Anglers asked the ministry to open a short season; the ministry refused.",
    "Shares of the battery maker Lumen & Vogt fell by 7.5% after the company said that its plant in "
    "Karsholm would open a year late. The chief executive blamed a shortage of skilled welders and "
    "the price of copper. Analysts had expected a profit of €120 million in the third quarter; the "
    "company now expects a small loss. The union said no job was at risk.",
    "A court in the capital ruled on Friday that the city may not charge cyclists for crossing the "
    "old bridge. The judges found that the law of 1987 allows a toll for motor vehicles only. The "
    "mayor, who had promised to spend the money on new paths, said she would not appeal. Cycling "
    "clubs celebrated with a slow ride across the bridge and back.",
    "Halden United beat Port Ansel 3–2 in extra time to reach the final of the cup for the first "
    "time in nineteen years. The goalkeeper, Tomas Reik, saved a penalty in the last minute and was "
    "carried off the pitch by the supporters. The final will be played on 12 May before forty "
    "thousand people. Tickets go on sale on Wednesday at nine in the morning.",
    "Schools in the valley stayed closed for a second day because of the flood. The water reached "
    "the first floor of the library in Nieder-Au, where volunteers formed a chain and carried eleven "
    "thousand books up the stairs. No one was hurt. The weather service expects the rain to stop on "
    "Thursday, but warns that the river will stay high until the end of the week.",
    "The health ministry will offer the new vaccine against summer fever to everyone over sixty. "
    "Trials with 8,400 people showed that it halves the risk of a hospital stay. Doctors welcomed "
    "the plan and asked for more nurses; the minister promised money, but gave no figure.",
    "The film \"A Lamp for the Ferryman\" won the main prize at the festival of Ossa on Sunday night. "
    "Its director, the former baker Ilse Tanaka, made it in her own village with neighbours as "
    "actors. The jury praised its patience. It will open in cinemas in the autumn.",
]

# What the summarizers read. Longest last: over every window in the set.
ARTICLES = [
    ("harbour", NEWS[0]),
    ("sturgeon", NEWS[1]),
    ("shares", NEWS[2]),
    ("short", "The ferry to the islands leaves from the southern pier."),
    ("unicode", "Zoë Müller-Łuk said: “Naïve façades, ﬁne crème brûlée… 50 % off!” — then left at 9 o’clock."),
    ("long", " ".join(reversed(NEWS))),
]

# What the classifiers read; "" and blanks must not break an engine.
CLASSIFY = [
    ("harbour", NEWS[0]),
    ("cup", NEWS[4]),
    ("headline", "Council votes to rebuild the northern breakwater"),
    ("word", "Flood"),
    ("quotes", "“We did not expect it so soon,” said Dr. Osk; 'nor did we'."),
    ("accents", "Der Bürgermeister von Nieder-Au sagte: Größe, Ärger, naïve, façade, Ελλάδα, Москва."),
    ("chinese", "港口委员会星期二投票决定重建北部防波堤。"),
    ("emoji", "Halden wins the cup 🏆🎉 what a night"),
    ("control", "tab\tnew\nline\u00a0space\u200bzero\u0007bell"),
    ("blank", "   \n\t "),
    ("empty", ""),
    ("long", " ".join(reversed(NEWS))),
]

# Premise and hypothesis; the last premise is over the window, so it is the premise that is cut.
NLI = [
    ("harbour-yes", NEWS[0], "The town will repair its sea wall."),
    ("harbour-no", NEWS[0], "The town has no harbour."),
    ("harbour-topic", NEWS[0], "This text is about environment."),
    ("cup-topic", NEWS[4], "This text is about sport."),
    ("cup-other", NEWS[4], "This text is about economy, business and finance."),
    ("shares-topic", NEWS[2], "This text is about economy, business and finance."),
    ("unicode", "Zoë Müller-Łuk left at 9 o’clock…", "This text is about “crème brûlée”."),
    ("blank", " ", "This text is about sport."),
    ("long", " ".join(reversed(NEWS)), "This text is about health."),
]

# Labels of one zero-shot question over one text, as a caller asks it.
ZERO_SHOT = ("harbour", NEWS[0], ["environment", "sport", "economy, business and finance", "health"],
             "This text is about {}.")

# Twelve sentences for the tiny sentence encoders.
SENTENCES = [
    ("plain", "The ferry to the islands will leave from the southern pier."),
    ("near", "Boats to the islands depart from the pier in the south."),
    ("far", "Shares of the battery maker fell by 7.5%."),
    ("word", "Flood"),
    ("quotes", "“We did not expect it so soon,” said Dr. Mirela Osk."),
    ("accents", "Zoë Müller-Łuk aß naïve Crème brûlée in Århus."),
    ("emoji", "Halden wins the cup 🏆🎉"),
    ("chinese", "港口委员会星期二投票决定重建北部防波堤。"),
    ("numbers", "8,400 people, €120 million, 3–2, 12 May 1987"),
    ("blank", "  "),
    ("article", NEWS[1]),
    ("600-words", " ".join((" ".join(NEWS)).split()[:520] + NEWS[0].split())),
]

# Twenty-four sentences for MiniLM.
MINILM = [text for _, text in SENTENCES] + [
    "",
    "a",
    "!?",
    "HARBOUR COUNCIL VOTES TO REBUILD BREAKWATER",
    "harbour council votes to rebuild breakwater",
    "Harbour council votes\n\nto   rebuild\tbreakwater",
    "It's the mayor's bridge; don't charge cyclists, she said — 'never'.",
    "Supercalifragilisticexpialidocious antidisestablishmentarianism",
    "https://example.org/news?id=42&lang=en#top",
    NEWS[2] + " " + NEWS[3],
    NEWS[5] + "\n\n" + NEWS[6] + "\n\n" + NEWS[7],
    "Президент подписал закон о рыболовстве; قال الوزير إن الخطة جاهزة; 東京で地震がありました。",
]
