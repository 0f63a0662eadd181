"""The bibliography: every document a number in this package rests on."""

from igmfat_nb.protocol.provenance import Source

BIAGIONI_2021 = Source(
    "Biagioni 2021",
    "Biagioni and colleagues, protocol of the IgM-FAT trial. BMJ Open 2021;11:e036616.",
    "abstract",
    url="https://iris.unimore.it/handle/11380/1250228",
)
REGISTER = Source(
    "NCT04182737",
    "Trial register entry NCT04182737 (mirror of the ClinicalTrials.gov record).",
    "register text",
    url="https://clinicaltrials.gov/study/NCT04182737",
)
SMPC_AT = Source(
    "SmPC, Austria",
    "Pentaglobin, summary of product characteristics, Austria.",
    "label text",
)
SMPC_PL = Source(
    "SmPC, Poland",
    "Pentaglobin, summary of product characteristics, Poland.",
    "label text",
)
LEAFLET_DE_AT = Source(
    "Leaflet, Germany and Austria",
    "Pentaglobin, package leaflets, Germany and Austria.",
    "label text",
)
LABEL_SG_IT = Source(
    "Label, Singapore and Italy",
    "Pentaglobin, Singapore HSA product text and Italian label text.",
    "label text",
)
LABEL_KZ_IT = Source(
    "Label, Kazakhstan and Italy",
    "Pentaglobin, Kazakh label with its infusion table, and Italian label text.",
    "label text",
)
NIERHAUS_2020 = Source(
    "Nierhaus 2020",
    "Nierhaus and colleagues, best-practice opinion. Ann Intensive Care 2020.",
    "abstract",
    doi="10.1186/s13613-020-00740-1",
)
PRICE_PAGE_2019 = Source(
    "Italian list price, 2019",
    "Page with Italian list prices of Pentaglobin, 2019 (silhouettedonna.it).",
    "web page",
)
BARTH_1964 = Source(
    "Barth 1964",
    "Barth and colleagues, radio-labelled IgM in controls and patients. J Clin Invest 1964;43(6).",
    "abstract",
)
FISHER_1990 = Source(
    "Fisher 1990",
    "Fisher and colleagues, human monoclonal IgM HA-1A in sepsis syndrome."
    " Crit Care Med 1990;18:1311.",
    "abstract",
)
KHAZAELI_1990 = Source(
    "Khazaeli 1990",
    "Khazaeli and colleagues, HA-1A in patients with cancer. J Biol Response Mod 1990;9:178.",
    "abstract",
)
EISEN_2017 = Source(
    "Eisen 2017",
    "Eisen and colleagues, rHIgM22 in multiple sclerosis, 2017.",
    "abstract",
    doi="10.1177/2055217317743097",
)
NADLER = Source(
    "Nadler",
    "Nadler's blood volume equation as given on mdapp.co/blood-calculator-10.",
    "web page",
)
MEDICAL_ALGORITHMS = Source(
    "medicalalgorithms.com",
    "Blood volume pages: ratio of whole-body to venous haematocrit, 0.9 on one, 0.91 on another.",
    "web page",
)
BN_II = Source(
    "BN II report",
    "Nephelometer (BN II) report: intermediate CV of IgM below 7 %.",
    "excerpt",
)
TACCONE_2009 = Source(
    "Taccone 2009",
    "Taccone and colleagues, IgM in community septic shock. Shock 2009;32:379.",
    "abstract",
    doi="10.1097/SHK.0b013e3181a2c0b2",
)
PRUCHA_2013 = Source(
    "Prucha 2013",
    "Prucha and colleagues, low IgM in septic shock, 2013.",
    "abstract",
    doi="10.14712/23362936.2014.14",
)
VENET_2011 = Source(
    "Venet 2011",
    "Venet and colleagues, immunoglobulins over time in septic shock."
    " Int Immunopharmacol 2011 (Dec).",
    "abstract",
)
ALBIOS_DAY_7 = Source(
    "ALBIOS, days 1 and 7",
    "Immunoglobulins of 150 patients with septic shock on days 1, 2 and 7 of the ALBIOS trial"
    " (those whom Alagna 2021 describes), as listed on discovery.researcher.life.",
    "abstract",
    url="https://discovery.researcher.life/article/1050/9ab6dfe698ea3175b3bda0b3b7b38641",
)
ROSSING_1978 = Source(
    "Rossing 1978",
    "Rossing, intra- and extravascular distribution of albumin and immunoglobulin in man."
    " Lymphology 1978;11:138.",
    "abstract",
    url="https://journals.librarypublishing.arizona.edu/lymph/article/id/4546",
)
F_CELL_RATIO = Source(
    "f-cell ratio study",
    "Study of the f-cell ratio using plasma dilution and albumin mass kinetics,"
    " as listed on discovery.researcher.life.",
    "abstract",
)
BAUER_2020 = Source(
    "Bauer 2020",
    "Bauer and colleagues, 30-day mortality in septic shock, 2020.",
    "abstract",
    doi="10.1186/s13054-020-02950-2",
)
VINCENT_2019 = Source(
    "Vincent 2019",
    "Vincent and colleagues, 28- and 30-day mortality in septic shock, 2019.",
    "abstract",
    doi="10.1186/s13054-019-2478-6",
)
ISMP = Source(
    "ISMP",
    "ISMP list of error-prone dose designations, as reprinted (empr.com; Nephrology Nursing"
    " Journal, November 2005).",
    "web page",
)
OURS = Source(
    "igmfat",
    "Assumption of this software; no readable source states it for this product and population.",
    "own choice",
)
