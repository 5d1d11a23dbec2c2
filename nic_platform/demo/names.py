"""Invented names: regions, districts, schools and people of the state of Altamont."""

from random import Random

STATE = "Altamont"
STATE_TEAM = "Altamont Department of Education"
HUB = "Cottonwood Valley hub"
SCHOOL = "Alder Creek Elementary"

REGIONS = {
    "Northern Front": ("Fort Larch", "Cache Valley", "Bellvue", "Windgate", "Poudre Flats"),
    "Metro North": ("Adams Fork", "Northglade", "Thorn Creek", "Clear Fork", "Brightwater"),
    "Metro South": ("Arroyo", "Cherry Hollow", "Littlefield", "Castle Mesa", "Plum Creek"),
    "Eastern Plains": ("Yuma Draw", "Kit Fork", "Limon Gate", "Burl Prairie", "Wray Bluffs"),
    "Arkansas Valley": ("Pueblo Bend", "Canyon City", "La Junta Flats", "Rocky Ford West", "Lamar Lakes"),
    "San Luis": ("Alamosa Park", "Monte Alto", "Del Norte Fork", "Center", "Sanford"),
    "Western Slope": ("Mesa Grande", "Cottonwood Valley", "Delta Fork", "Montrose Bench", "Rangely"),
    "High Country": ("Eagle Fork", "Summit Pass", "Roaring Fork", "Leadville", "Grand Park"),
}
LARGE = {
    "Adams Fork": 30, "Arroyo": 27, "Cherry Hollow": 24, "Northglade": 22, "Castle Mesa": 20,
    "Thorn Creek": 18,
    "Fort Larch": 18, "Pueblo Bend": 16, "Mesa Grande": 16, "Littlefield": 15, "Cottonwood Valley": 14,
    "Clear Fork": 14, "Windgate": 12, "Brightwater": 12,
}  # fmt: skip
SCHOOLS = 400

# The fourteen schools of Cottonwood Valley: name, teachers, teachers assessing in exit tickets at the last
# count, and what is wrong with the team's place in the network.
COTTONWOOD = (
    ("Alder Creek Elementary", 24, 20, ""),
    ("Bristlecone Elementary", 31, 30, ""),
    ("Cañon Vista K–8", 42, 29, ""),
    ("Dry Fork Elementary", 8, 5, "no way up"),
    ("Eagle Bend Middle", 38, 18, "silent"),
    ("Foothill Elementary", 22, 18, ""),
    ("Garnet Street Elementary", 27, 21, "champion"),
    ("Harvest Park K–8", 36, 27, ""),
    ("Iron Horse Elementary", 19, 14, ""),
    ("Juniper Hills Elementary", 29, 25, ""),
    ("Kestrel Middle", 34, 20, "silent"),
    ("Lodgepole Elementary", 16, 13, "champion"),
    ("Mesa Ridge Elementary", 25, 21, ""),
    ("North Fork K–8", 13, 9, ""),
)
# Students of each English level at those schools who began below grade level: reached proficiency, tested.
COTTONWOOD_STUDENTS = (
    ((8, 41), (31, 98), (57, 173)), ((14, 52), (49, 121), (88, 190)), ((9, 47), (38, 133), (71, 214)),
    ((1, 6), (5, 14), (9, 31)), ((4, 38), (17, 94), (40, 162)), ((5, 22), (19, 58), (44, 117)),
    ((10, 44), (33, 101), (52, 151)), ((7, 36), (35, 110), (66, 187)), ((3, 17), (12, 46), (31, 96)),
    ((3, 40), (21, 104), (37, 168)), ((4, 33), (18, 88), (39, 149)), ((2, 8), (11, 33), (24, 71)),
    ((6, 25), (26, 77), (50, 132)), ((3, 12), (9, 29), (15, 48)),
)  # fmt: skip

_PLACES = (
    "Aspen", "Badger", "Basin", "Beaver", "Bluff", "Boulder", "Box Elder", "Buckskin", "Buffalo", "Cactus",
    "Canyon",
    "Cedar", "Chokecherry", "Clover", "Columbine", "Coyote", "Crescent", "Crow", "Dogwood", "Elk", "Falcon",
    "Fern",
    "Finch", "Flint", "Fox", "Gambel", "Granite", "Hawthorn", "Heron", "Horizon", "Kingfisher", "Lark",
    "Larkspur",
    "Laurel", "Lupine", "Magpie", "Maple", "Marmot", "Meadow", "Mill", "Mineral", "Nighthawk", "Orchard",
    "Osprey",
    "Otter", "Paintbrush", "Pebble", "Pika", "Pine", "Piñon", "Prairie", "Quail", "Quartz", "Raven",
    "Red Rock",
    "Robin", "Sagebrush", "Sandstone", "Silver", "Sparrow", "Spruce", "Sunrise", "Sunset", "Tamarack",
    "Thistle",
    "Timber", "Vista", "Wagon", "Willow", "Yarrow", "Yucca",
)  # fmt: skip
_SECOND = ("Creek", "Ridge", "Park", "Hill", "Street", "Grove", "Point", "Crossing")
_KINDS = ("Elementary",) * 9 + ("Middle",) * 4 + ("High",) * 3 + ("K–8",) * 3 + ("Primary",)
GRADES = {"Elementary": "K-5", "Middle": "6-8", "High": "9-12", "K–8": "K-8", "Primary": "K-2"}

_FIRST = (
    "Amara", "Andre", "Anh", "Ayesha", "Beatriz", "Ben", "Bintou", "Caleb", "Carmen", "Chidi", "Dana",
    "Deshawn",
    "Elena", "Emeka", "Esther", "Farid", "Fatima", "Gloria", "Grace", "Hannah", "Hugo", "Imani", "Ines",
    "Isaac",
    "Jamal", "Jia", "Joanna", "Jonas", "Kai", "Karim", "Kemi", "Lars", "Leila", "Lena", "Luis", "Maya", "Mei",
    "Mika",
    "Nadia", "Naomi", "Noah", "Olga", "Omar", "Paolo", "Petra", "Quinn", "Rafael", "Ravi", "Renata", "Ruth",
    "Sadie",
    "Samir", "Sara", "Simone", "Sofia", "Tariq", "Tessa", "Theo", "Uma", "Valeria", "Vikram", "Wanda",
    "Xochitl",
    "Yara", "Yusuf", "Zoe",
)  # fmt: skip
_LAST = (
    "Abara", "Acosta", "Adler", "Ahmed", "Aoki", "Baca", "Barnes", "Begaye", "Benally", "Bishop", "Bosch",
    "Carver",
    "Castellanos", "Chavez", "Chen", "Cruz", "Dahl", "Delgado", "Diop", "Dvorak", "Ellis", "Engel", "Eze",
    "Farrow",
    "Flores", "Fuentes", "Gallegos", "Garza", "Goldberg", "Gupta", "Haddad", "Hale", "Hoang", "Holm",
    "Ibarra", "Iyer",
    "Jansen", "Kaya", "Kim", "Kovac", "Lang", "Lovato", "Lund", "Maestas", "Malik", "Marsh", "Mercer",
    "Montoya",
    "Nakai", "Nguyen", "Novak", "Obi", "Okafor", "Ortega", "Park", "Perea", "Quintana", "Rao", "Reyes",
    "Rossi",
    "Sandoval", "Sato", "Schmidt", "Silva", "Soto", "Tafoya", "Thorne", "Trujillo", "Tsosie", "Vargas",
    "Vigil",
    "Walsh", "Weiss", "Wren", "Yazzie", "Zamora",
)  # fmt: skip


def school_names(rng: Random, count: int) -> list[str]:
    """Return so many different school names, none of Cottonwood Valley's."""
    taken = {name.rsplit(" ", 1)[0] for name, *_ in COTTONWOOD}
    pairs = [f"{place} {second}" for place in _PLACES for second in _SECOND]
    rng.shuffle(pairs)
    free = [pair for pair in pairs if pair not in taken]
    return [f"{pair} {rng.choice(_KINDS)}" for pair in free[:count]]


def person_name(rng: Random) -> str:
    """Return the name of somebody who doesn't exist."""
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def district_sizes() -> dict[str, int]:
    """Return how many schools each district has; together :data:`SCHOOLS`."""
    names = [name for districts in REGIONS.values() for name in districts]
    small = [name for name in names if name not in LARGE]
    left = SCHOOLS - sum(LARGE.values())
    share, over = divmod(left, len(small))
    spread = [share + (1 if place < over else 0) for place in range(len(small))]
    for place in range(len(small) // 2):  # uneven, as districts are
        moved = place % 3
        spread[place] -= moved
        spread[-1 - place] += moved
    return {**LARGE, **dict(zip(small, spread, strict=True))}
