"""A document for the map page: Mumbai to Moscow by the Caspian Sea, Armenia, Suez and the Cape.

Places are real, values are made up from rates. Some names are there to be difficult.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

NODES = {
    "MUM": ("Mumbai / Nhava Sheva (JNPT)", "seaport", "IN", 72.95, 18.95),
    "MUN": ("Mundra", "seaport", "IN", 69.70, 22.74),
    "BND": ("Bandar Abbas", "seaport", "IR", 56.06, 27.10),
    "CHB": ("Chabahar", "seaport", "IR", 60.62, 25.29),
    "ZAH": ("Zahedan", "dry-port", "IR", 60.86, 29.50),
    "YZD": ("Yazd", "city", "IR", 54.36, 31.89),
    "THR": ("Tehran", "city", "IR", 51.42, 35.69),
    "QAZ": ("Qazvin", "junction", "IR", 50.0, 36.27),
    "RAS": ("Rasht", "dry-port", "IR", 49.58, 37.28),
    "ASI": ("Astara (IR)", "border-post", "IR", 48.87, 38.43),
    "ASA": ("Astara (AZ)", "border-post", "AZ", 48.86, 38.46),
    "BAK": ("Baku", "seaport", "AZ", 49.87, 40.37),
    "YAL": ("Yalama", "border-post", "AZ", 48.60, 41.75),
    "SAM": ("Samur", "border-post", "RU", 48.55, 41.80),
    "MAK": ("Makhachkala", "seaport", "RU", 47.50, 42.98),
    "AMI": ("Amirabad", "seaport", "IR", 53.37, 36.85),
    "AST": ("Astrakhan", "seaport", "RU", 48.04, 46.35),
    "SRT": ("Saratov", "city", "RU", 46.03, 51.53),
    "MOS": ("Moscow", "city", "RU", 37.62, 55.76),
    "INC": ("Incheh Borun", "border-post", "IR", 54.72, 37.45),
    "AKY": ("Akyayla", "border-post", "TM", 54.74, 37.50),
    "BER": ("Bereket", "city", "TM", 55.50, 39.24),
    "SKS": ("Serhetyaka", "border-post", "TM", 53.80, 41.75),
    "BLK": ("Bolashak", "border-post", "KZ", 53.80, 41.80),
    "BEY": ("Beyneu", "junction", "KZ", 55.19, 45.32),
    "OZI": ("Ozinki", "border-post", "RU", 49.75, 51.20),
    "SRI": ("Sarakhs", "border-post", "IR", 61.15, 36.53),
    "SRE": ("Serakhs", "border-post", "TM", 61.20, 36.55),
    "MSH": ("Mashhad", "city", "IR", 59.6, 36.3),
    "TBZ": ("Tabriz", "city", "IR", 46.29, 38.08),
    "NRD": ("Norduz", "border-post", "IR", 46.20, 38.84),
    "AGA": ("Agarak", "border-post", "AM", 46.21, 38.86),
    "YER": ("Երևան", "city", "AM", 44.51, 40.18),
    "SAD": ("Sadakhlo", "border-post", "GE", 44.80, 41.24),
    "TBS": ("Tbilisi", "city", "GE", 44.80, 41.72),
    "LAR": ("Upper Lars", "border-post", "RU", 44.63, 42.75),
    "ROS": ("Rostov-on-Don", "city", "RU", 39.72, 47.24),
    "NVR": ("Novorossiysk", "seaport", "RU", 37.78, 44.72),
    "SPB": ("St Petersburg", "seaport", "RU", 30.25, 59.88),
    "POT": ("Poti", "seaport", "GE", 41.65, 42.15),
    "AKT": ("Aktau", "seaport", "KZ", 51.22, 43.60),
    "TKM": ("Turkmenbashi", "seaport", "TM", 53.00, 40.00),
    "JUL": ("Julfa", "border-post", "AZ", 45.63, 38.96),
    "BAS": ("البصرة", "seaport", "IQ", 47.8, 30.5),
    "URU": ("乌鲁木齐", "city", "CN", 87.6, 43.8),
    "ALA": ("Almaty", "city", "KZ", 76.9, 43.25),
    "TAS": ("Tashkent", "city", "UZ", 69.24, 41.3),
    "XSS": ("<script>alert(1)</script>", "city", "PK", 67.0, 30.2),
}
RED_SEA = [
    (60, 14.5),
    (51.5, 12.4),
    (45, 12),
    (43.3, 12.6),
    (41, 16),
    (38, 20.5),
    (34.5, 26.5),
    (32.55, 29.9),
    (32.3, 31.4),
]
BISCAY = [
    (-9.8, 43.3),
    (-5.8, 48.6),
    (1.4, 50.9),
    (3.5, 52.5),
    (7.5, 57.2),
    (10.6, 57.9),
    (11.6, 56.5),
    (12.7, 56),
    (12.7, 55.4),
]
BALTIC = [(14.5, 55), (19, 57), (22.5, 59.3), (26, 59.9)]
MIDDLE_SEA = [(25, 33.8), (15, 36), (11.2, 37.4), (5, 37.6), (-5.5, 35.95), (-9.5, 36.5)]
CAPE = [
    (70, 8),
    (52, -12),
    (41, -24),
    (32, -31),
    (20, -35.8),
    (14, -28),
    (-3, -6),
    (-17.8, 10),
    (-18.5, 18),
    (-14, 30),
]
AEGEAN = [(28, 35.2), (26.4, 36.9), (25.6, 39), (26.3, 40.1), (27.5, 40.7), (28.95, 41), (29.2, 41.4)]
# from, to, mode, status, way points
LINKS = [
    ("MUM", "BND", "sea", "operating", [(66, 22), (60, 24.9), (57.2, 25.6), (56.6, 26.6)]),
    ("MUM", "CHB", "sea", "operating", [(66, 22)]),
    ("MUN", "BND", "sea", "operating", [(66, 22.5), (60, 24.9), (57.2, 25.6), (56.6, 26.6)]),
    ("MUM", "SPB", "sea", "operating", RED_SEA + MIDDLE_SEA + BISCAY + BALTIC),
    ("MUM", "SPB", "sea-cape", "operating", [*CAPE, (-9.9, 38), *BISCAY, *BALTIC]),
    ("MUM", "NVR", "sea", "operating", [*RED_SEA, *AEGEAN]),
    ("BND", "BAS", "sea", "operating", [(55, 26.2), (52, 26.8), (49.5, 29.3), (48.6, 29.9)]),
    ("BND", "YZD", "rail", "operating", [(55.9, 28.3), (55.6, 29.5), (55.5, 31.2)]),
    ("YZD", "THR", "rail", "operating", [(52.6, 33.4), (51.4, 34.6), (51.2, 35.2)]),
    ("THR", "QAZ", "rail", "operating", [(50.9, 35.95)]),
    ("QAZ", "RAS", "rail", "operating", [(49.7, 36.6), (49.45, 36.85)]),
    ("RAS", "ASI", "rail", "under construction", [(49.3, 37.5), (48.95, 37.9)]),
    ("RAS", "ASI", "road", "operating", [(49.4, 37.46), (49.0, 37.75), (48.9, 38.1)]),
    ("ASA", "BAK", "rail", "operating", [(48.85, 38.75), (48.9, 39.3), (48.4, 39.95), (49.4, 40.2)]),
    ("BAK", "YAL", "rail", "operating", [(49.5, 40.6), (49.1, 41.1), (48.8, 41.4)]),
    ("SAM", "MAK", "rail", "operating", [(48.3, 42.05), (47.9, 42.5)]),
    ("MAK", "AST", "rail", "operating", [(46.7, 43.85), (46.9, 44.8), (47.6, 45.9)]),
    ("AST", "SRT", "rail", "operating", [(47.2, 47.4), (46.9, 48.6), (46.6, 50.1)]),
    ("SRT", "MOS", "rail", "operating", [(44.2, 52.1), (41.5, 52.7), (39.8, 54.0)]),
    ("THR", "AMI", "rail", "operating", [(52.3, 35.3), (53.0, 36.1), (53.1, 36.6)]),
    (
        "AMI",
        "AST",
        "sea",
        "operating",
        [(51.4, 38.5), (51.0, 40.3), (50.2, 42.2), (49.0, 44.2), (47.8, 45.4)],
    ),
    ("AMI", "MAK", "sea", "operating", [(51.2, 38.6), (50.9, 40.4), (49.2, 42.3)]),
    ("BAK", "AKT", "ferry", "operating", [(50.6, 41.5)]),
    ("BAK", "TKM", "ferry", "operating", [(51.2, 40.1)]),
    ("THR", "INC", "rail", "operating", [(52.4, 35.25), (53.1, 36.5), (54.4, 36.9)]),
    ("AKY", "BER", "rail", "operating", [(54.9, 38.4)]),
    ("BER", "SKS", "rail", "operating", [(54.6, 39.8), (54.4, 40.8)]),
    ("BLK", "BEY", "rail", "operating", [(53.4, 43.2), (54.0, 44.5)]),
    ("BEY", "OZI", "rail", "operating", [(53.1, 46.8), (51.9, 47.1), (51.0, 48.9), (51.3, 50.6)]),
    ("OZI", "SRT", "rail", "operating", [(48.0, 51.3)]),
    ("YZD", "MSH", "rail", "operating", [(56.9, 33.5), (58.0, 34.6), (59.2, 35.4)]),
    ("MSH", "SRI", "rail", "operating", [(60.4, 36.2)]),
    ("SRE", "BER", "rail", "operating", [(60.0, 37.1), (58.4, 37.95), (56.3, 38.9)]),
    ("CHB", "ZAH", "rail", "under construction", [(60.7, 26.2), (60.68, 27.2), (60.9, 28.4)]),
    ("CHB", "ZAH", "road", "operating", [(60.4, 26.3), (60.5, 27.2), (61.1, 28.2)]),
    ("ZAH", "YZD", "rail", "operating", [(58.4, 29.1), (57.1, 30.3), (55.8, 31.5)]),
    ("ZAH", "MSH", "road", "operating", [(60.0, 31.3), (59.2, 32.9), (59.1, 34.6)]),
    ("QAZ", "TBZ", "road", "operating", [(48.5, 36.68), (47.6, 37.2)]),
    ("TBZ", "NRD", "road", "operating", [(46.0, 38.5)]),
    ("AGA", "YER", "road", "operating", [(46.35, 39.2), (46.3, 39.5), (45.7, 39.7), (45.2, 39.8)]),
    ("YER", "SAD", "road", "operating", [(44.4, 40.6), (44.5, 41.0)]),
    ("SAD", "TBS", "road", "operating", [(44.75, 41.5)]),
    ("TBS", "LAR", "road", "operating", [(44.7, 42.1), (44.45, 42.5)]),
    ("LAR", "ROS", "road", "operating", [(44.6, 43.1), (43.0, 43.9), (41.2, 45.0)]),
    ("ROS", "MOS", "road", "operating", [(40.0, 49.0), (39.2, 51.7), (38.3, 54.2)]),
    ("NVR", "ROS", "rail", "operating", [(38.9, 45.1), (39.6, 46.3)]),
    ("ROS", "MOS", "rail", "operating", [(40.3, 49.3), (39.4, 51.6), (38.9, 53.9)]),
    ("SPB", "MOS", "rail", "operating", [(32.0, 58.9), (34.0, 57.6), (35.9, 56.8)]),
    ("TBZ", "JUL", "rail", "operating", [(45.7, 38.4)]),
    ("TBS", "POT", "rail", "operating", [(43.6, 42.0), (42.5, 42.2)]),
    ("BAK", "TBS", "rail", "operating", [(48.0, 40.3), (46.4, 40.7), (45.4, 41.3)]),
    ("AKT", "BEY", "rail", "operating", [(52.5, 43.9), (54.0, 44.7)]),
    ("URU", "ALA", "rail", "operating", [(82.5, 45.1), (80.3, 44.2)]),
    ("ALA", "TAS", "rail", "operating", [(73.5, 43.1), (70.0, 42.2)]),
    ("AST", "ROS", "waterway", "seasonal", [(45.0, 48.6), (43.8, 48.6), (42.0, 47.6)]),
    ("XSS", "ZAH", "rail", "suspended", [(64.5, 28.9)]),
]
RATES = {  # hours, USD and kg CO2e a km
    "sea": (0.042, 0.21, 0.13),
    "sea-cape": (0.042, 0.2, 0.13),
    "rail": (0.038, 0.62, 0.3),
    "road": (0.022, 1.45, 1.05),
    "ferry": (0.055, 0.9, 0.5),
}
STOPS = {  # hours, USD, kg CO2e
    "transshipment": (60.0, 260.0, 9.0),
    "border": (31.0, 190.0, 2.0),
    "gauge-change": (14.0, 120.0, 5.0),
    "wait": (48.0, 0.0, 0.0),
}


def line(start: str, end: str, mode: str) -> list[tuple[float, float]]:
    way = next(link[4] for link in LINKS if link[:3] == (start, end, mode))
    return [NODES[start][3:], *way, NODES[end][3:]]  # type: ignore[list-item]


def kilometres(points: list[tuple[float, float]]) -> float:
    total = 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        shrink = math.cos(math.radians((y0 + y1) / 2))
        total += 111.2 * math.hypot((x1 - x0) * shrink, y1 - y0)
    return total


def haul(mode: str, *ids: str) -> dict[str, Any]:
    lines = [line(a, b, mode) for a, b in pairwise(ids)]
    km = sum(map(kilometres, lines))
    hours, usd, kg = (rate * km for rate in RATES[mode])
    values = {"cost": usd, "time": hours, "distance": km, "emissions": kg}
    ends = {"from": NODES[ids[0]][0], "to": NODES[ids[-1]][0]}
    said = {"sources": ["S1", "S2"], "confidence": "medium"}
    return {"kind": "haul", "mode": mode.removesuffix("-cape"), **ends, "values": values, "lines": lines, **said}


def stop(kind: str, mode: str, start: str, end: str = "") -> dict[str, Any]:
    hours, usd, kg = STOPS[kind]
    values = {"cost": usd, "time": hours, "distance": 0.0, "emissions": kg}
    ends = {"from": NODES[start][0], "to": NODES[end or start][0]}
    return {"kind": kind, "mode": mode, **ends, "values": values, "lines": [], "sources": [], "confidence": ""}


def route(
    name: str,
    label: str,
    risk: float,
    countries: str,
    corridors: str,
    *legs: dict[str, Any],
    notice: str = "",
) -> dict[str, Any]:
    values = {key: sum(leg["values"][key] for leg in legs) for key in ("cost", "time", "distance", "emissions")}
    return {
        "name": name,
        "label": label,
        "values": {**values, "risk": risk},
        "countries": countries.split(),
        "corridors": corridors.split(";"),
        "notices": [notice] if notice else [],
        "legs": list(legs),
    }


def flat(document: dict[str, Any]) -> dict[str, Any]:
    """A document whose routes hold their legs, as one whose legs stand in a table."""
    legs: list[dict[str, Any]] = []
    for group in document["groups"]:
        group.setdefault("searched", ["cost", "time", "risk"])
        group.setdefault("knee", 0 if group["routes"] else None)
        for place, route in enumerate(group["routes"]):
            numbers = []
            for leg in route["legs"]:
                if leg not in legs:
                    legs.append(leg)
                numbers.append(legs.index(leg))
            group["routes"][place] = {"shown": True, "extra": "", **route, "legs": numbers}
    return {**document, "legs": legs}


def sample() -> dict[str, Any]:
    gulf = [haul("sea", "MUM", "BND"), stop("wait", "rail", "BND"), stop("transshipment", "sea-rail", "BND")]
    to_astara = [
        stop("transshipment", "rail-road", "RAS"),
        haul("road", "RAS", "ASI"),
        stop("border", "road", "ASI", "ASA"),
    ]
    dagestan = [
        haul("rail", "ASA", "BAK", "YAL"),
        stop("border", "rail", "YAL", "SAM"),
        haul("rail", "SAM", "MAK", "AST", "SRT", "MOS"),
    ]
    kazakh = [
        haul("rail", "BER", "SKS"),
        stop("border", "rail", "SKS", "BLK"),
        haul("rail", "BLK", "BEY", "OZI"),
        haul("rail", "OZI", "SRT", "MOS"),
    ]
    suez = route(
        "5",
        "Suez and the Baltic",
        0.148,
        "IN RU",
        "suez",
        haul("sea", "MUM", "SPB"),
        stop("transshipment", "sea-rail", "SPB"),
        haul("rail", "SPB", "MOS"),
    )
    black_sea = route(
        "6",
        "Suez and the Black Sea",
        0.221,
        "IN RU",
        "suez",
        haul("sea", "MUM", "NVR"),
        stop("transshipment", "sea-rail", "NVR"),
        haul("rail", "NVR", "ROS", "MOS"),
        notice="War-risk premium in the Black Sea",
    )
    cape = route(
        "7",
        "Round the Cape",
        0.012,
        "IN RU",
        "cape",
        haul("sea-cape", "MUM", "SPB"),
        stop("transshipment", "sea-rail", "SPB"),
        haul("rail", "SPB", "MOS"),
    )
    baseline = [
        route(
            "1",
            "West of the Caspian by Astara",
            0.081,
            "IN IR AZ RU",
            "INSTC west",
            *gulf,
            haul("rail", "BND", "YZD", "THR", "QAZ", "RAS"),
            *to_astara,
            stop("transshipment", "road-rail", "ASA"),
            *dagestan,
        ),
        route(
            "2",
            "Across the Caspian to Astrakhan",
            0.074,
            "IN IR RU",
            "INSTC trans-Caspian",
            *gulf,
            haul("rail", "BND", "YZD", "THR", "AMI"),
            stop("transshipment", "rail-sea", "AMI"),
            haul("sea", "AMI", "AST"),
            stop("transshipment", "sea-rail", "AST"),
            haul("rail", "AST", "SRT", "MOS"),
            notice="Low water in the Volga delta from November",
        ),
        route(
            "3",
            "East of the Caspian by Incheh Borun",
            0.062,
            "IN IR TM KZ RU",
            "INSTC east",
            *gulf,
            haul("rail", "BND", "YZD", "THR", "INC"),
            stop("border", "rail", "INC", "AKY"),
            stop("gauge-change", "rail", "AKY"),
            haul("rail", "AKY", "BER"),
            *kazakh,
        ),
        route(
            "4",
            "Through Armenia and Georgia by truck",
            0.113,
            "IN IR AM GE RU",
            "Persian Gulf-Black Sea;Armenia north-south",
            *gulf,
            haul("rail", "BND", "YZD", "THR", "QAZ"),
            stop("transshipment", "rail-road", "QAZ"),
            haul("road", "QAZ", "TBZ", "NRD"),
            stop("border", "road", "NRD", "AGA"),
            haul("road", "AGA", "YER", "SAD", "TBS", "LAR"),
            haul("road", "LAR", "ROS", "MOS"),
            notice="The Upper Lars pass closes for snow about 40 days a year",
        ),
        suez,
        black_sea,
        cape,
    ]
    closed = [
        route(
            "1",
            "Chabahar and Sarakhs, road and rail",
            0.067,
            "IN IR TM KZ RU",
            "Chabahar;INSTC east",
            haul("sea", "MUM", "CHB"),
            stop("transshipment", "sea-road", "CHB"),
            haul("road", "CHB", "ZAH", "MSH"),
            stop("transshipment", "road-rail", "MSH"),
            haul("rail", "MSH", "SRI"),
            stop("border", "rail", "SRI", "SRE"),
            stop("gauge-change", "rail", "SRE"),
            haul("rail", "SRE", "BER"),
            *kazakh,
        ),
        {**suez, "name": "2"},
        {**cape, "name": "3"},
    ]
    document = {
        "title": "Mumbai to Moscow",
        "subtitle": "1 FEU worth $80,000, ordinary service, departing December 2026, prices of 2025",
        "notes": [
            "Network: eurasia 2026.1 as of 2026; values are for the whole shipment, door to door.",
            "The criteria searched: cost, time, risk.",
        ],
        "groups": [
            {"name": "baseline", "status": "complete", "message": None, "routes": baseline},
            {
                "name": "hormuz-closed",
                "status": "limit",
                "message": "The search stopped after 60 s; the routes shown are proven within 2 %.",
                "routes": closed,
            },
        ],
        "sources": {"S1": "Rates of a year <b>made up</b>", "S2": "Another"},
        "chokepoints": [{"id": "suez", "name": "Suez Canal", "kind": "canal", "lon": 32.55, "lat": 30.6, "note": ""}],
        "links": [
            {
                "id": f"{start}-{end}-{mode}",
                "name": f"{NODES[start][0]} - {NODES[end][0]}",
                "mode": mode.removesuffix("-cape"),
                "status": status,
                "is_open": status in ("operating", "seasonal"),
                "note": "Opening announced for 2028" if status == "under construction" else "",
                "closed_by": "" if status in ("operating", "seasonal") else f"status {status}",
                "kind": "link",
                "corridors": [],
                "sources": ["S1"],
                "lines": [line(start, end, mode)],
            }
            for start, end, mode, status, _ in LINKS
        ],
        "nodes": [
            {"id": key, "name": name, "kind": kind, "country": country, "lon": lon, "lat": lat}
            for key, (name, kind, country, lon, lat) in NODES.items()
        ],
    }
    return flat(document)
