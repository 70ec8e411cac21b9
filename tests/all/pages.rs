//! Texts written for these tests, about events that never were.

use std::sync::LazyLock;

use standfirst::{Digester, Input, Options};

/// One clean article, without its title.
pub(crate) const RATES: &str = "\
The central bank of Marrowland raised its main interest rate by half a point on Thursday, the third rise since \
spring, and said that inflation would stay above its target until the end of next year.

Governor Petra Holm told reporters in the capital, Tessin, that wages and rents were climbing faster than the bank \
had forecast. \"We would rather act early than act twice,\" Holm said.

Commercial lenders followed within hours. Two of the three largest said that mortgages would cost more from Monday, \
and shares of home builders fell 4.2 percent on the Tessin exchange.

The finance ministry said it had not been consulted. Economists at Ostrand University called the step overdue, but \
warned that small firms with short loans would feel it before the autumn.

The bank's board meets again in six weeks.";

/// The title of [`RATES`].
pub(crate) const RATES_TITLE: &str = "Marrowland lifts interest rates as inflation lingers";

/// A page as scraped: furniture, a long story whose title line returns, and two teasers.
pub(crate) const PAGE: &str = "\
Home | World | Local | Sport | Weather
Subscribe to our newsletter
Storm closes three bridges over the Velle | Local | Velle Courier

Published: March 9, 2023 6:15 PM

Three bridges over the river Velle were closed on Thursday after a storm tore roofs from houses and pushed the water \
to its highest mark in forty years, the emergency service said.

Firefighters brought sixty people out of the flooded streets of Lower Hamm by boat. Nobody was killed, but eleven \
people were taken to hospital with broken bones, said the head of the service, Marta Quell.

Share this article on Facebook Twitter Email

Storm closes three bridges over the Velle | Local | Velle Courier

The wind reached 140 kilometres an hour at the airport, where all flights were stopped until noon. Power lines fell \
in four villages and the electricity company said that repairs would take two days.

Mayor Jonas Abt asked drivers to stay at home. \"The bridges will open when the engineers tell me so,\" Abt said. \
The engineers expect to examine the pillars on Saturday, once the water has gone down.

Storm closes three bridges over the Velle | Local | Velle Courier
School meals to be free from autumn | Education
School meals to be free from autumn | Education

Pupils at all public primary schools in the district will eat for nothing from September, the school board decided \
on Wednesday. Parents have paid about three marks a meal until now, and teachers had complained that some children

Rowers win the spring cup | Sport
Rowers win the spring cup | Sport

The Velle rowing club won the spring cup on Sunday for the first time since the war, ahead of the two teams from the \
coast. Coach Ines Tarr said that the crew had trained through the winter in the old harbour and that the final race

Copyright 2023 Velle Courier. All rights reserved.
";

/// [`PAGE`]'s first story as a web page.
pub(crate) const HTML: &str = "\
<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">
<title>Storm closes three bridges over the Velle | Velle Courier</title>
<meta property=\"article:published_time\" content=\"2023-03-09T18:15:00\">
<script>var tracker = \"never shown\";</script></head>
<body><nav><ul><li><a href=\"/\">Home</a></li><li><a href=\"/sport\">Sport</a></li></ul></nav>
<article><h1>Storm closes three bridges over the Velle</h1>
<p>Three bridges over the river Velle were closed on Thursday after a storm tore roofs from houses and pushed the \
water to its highest mark in forty years, the emergency service said.</p>
<p>Firefighters brought sixty people out of the flooded streets of Lower Hamm by boat. Nobody was killed, but eleven \
people were taken to hospital with broken bones &amp; cuts, said the head of the service, Marta Quell.</p>
<p>The wind reached 140 kilometres an hour at the airport, where all flights were stopped until noon.</p>
</article><footer>Copyright 2023 Velle Courier. All rights reserved.</footer></body></html>";

/// Articles of unlike kinds, short and long, for batches.
pub(crate) fn articles() -> Vec<Input> {
    let texts = [
        RATES,
        "Striker Ola Venn scored twice as Tessin beat Ostrand 3-1 in the cup final on Sunday. The match was stopped \
         for ten minutes when smoke drifted over the pitch. Coach Rikard Moe praised his young defenders.",
        "Doctors in Ostrand have begun a trial of a vaccine against river fever, the university hospital said. \
         Two hundred volunteers will be followed for a year. The disease kills about thirty people every summer.",
        "The court in Lower Hamm sentenced a former mayor to four years in prison for taking bribes. Prosecutors \
         had asked for six. His lawyer said that he would appeal.",
        "A school bus slid into a ditch near Velle. No child was hurt.",
        "Rain.",
        "Der Stadtrat von Unterhamm hat am Mittwoch beschlossen, die alte Brücke über die Velle für zwei Jahre zu \
         sperren. Die Händler der Innenstadt fürchten um ihre Kundschaft. Der Umbau kostet vierzig Millionen Mark.",
        "   ",
    ];
    let mut inputs: Vec<Input> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| Input::article(format!("article-{index}"), *text))
        .collect();
    inputs.push(Input::page("page", PAGE));
    inputs.push(Input::html("html", HTML));
    inputs.push(Input::article("titled", RATES).with_title(RATES_TITLE));
    inputs
}

/// The embedded model with the default options, loaded once.
pub(crate) fn digester() -> Digester {
    static LOADED: LazyLock<Digester> = LazyLock::new(|| Digester::new().unwrap());
    LOADED.clone()
}

/// The embedded model with these options.
pub(crate) fn with(options: Options) -> Digester {
    Digester::builder().options(options).build().unwrap()
}
