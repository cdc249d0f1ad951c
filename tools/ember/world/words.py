"""Words for names. Some are never seen in training, so that a test can tell copying from remembering.

Of THINGS there can be many: their plurals are the word and an ending, in tokens too.
"""

import zlib

from .case import Frame

THINGS = """
apple arrow ball band bank basket bean bell bench bird block board boat book boot bottle bowl box brick brush bucket
button cable card carrot cart cell chair chart clock cloud coat coin corn cup dart dish door drawer drum duck
fan farm feather fence file fish flag flower folder fork gift goat hammer hat heart hill horse house ice jacket kettle
ladder lamp leaf lemon letter lever light lion lock log magnet mask meal medal melon mirror moon mug nest net nut oven
owl packet paint pan paper parcel path pear pen pencil photo piano pillow pin plant plum pocket pond pool poster pot
pump rabbit radio rain ring river road robot rock roof room root rose sand saw scarf school seat shelf shell shop
signal sock song soup spoon spring stamp stick stool storm street sun swing table tag task tent ticket tiger tool
tooth torch tower town track train truck tunnel vase violin wagon wall watch wheel whistle wind window wing wire wolf
wood yard zebra account agent alarm album answer artist author backup batch branch browser buffer bug call camp caller
channel chapter chat child client color column comment commit contract course customer cycle device district doctor
document domain draft driver editor effect element error event example expert fact failure feature field figure filter
flight form format friend glyph goal graph grid group guest handler header hero hint hotel icon invoice island item
job journey kernel label layer lesson license list locker manager memo merchant mission model museum network notice
office operator option orbit order origin owner panel parent partner patch patient payload person pet picture pixel
player poem port post prefix printer product profile program project province question record region report request
resource response review reward row schedule script segment sensor sentence server service session sheet sketch slice
socket source spot stack staff station student style subject supplier symbol system target teacher team term test text
thread topic tour transfer tutor upload user vendor verse version video view visit visitor voice voter voucher
warehouse week winner word worker writer year
""".split()
AMOUNTS = """
age amount area balance budget charge cost count degree delta depth distance dose fee gain height hour index length
level limit load loss margin mass minute mode number offset payment point position power price profit quantity range
rank rate ratio result salary sample scale second share size speed stock sum tax time total unit value volume wage
weight width angle average bid bonus capacity cent credit current debit debt deficit deposit discount duration energy
estimate expense factor fine flow force frequency gap growth heat income increase interest measure month percent
period priority progress pulse quota radius rebate refund rent reserve revenue risk score shift slope span spread step
strength supply surplus threshold usage address archive article cache category city code company country day digit
entry game grade history key library line link machine menu name node note policy process queue quote recipe role
route rule schema section shape site slot square status store story template theme title token trip update zone page
image language message
""".split()
PEOPLE = """
Ada Alan Alma Anna Arlo Asha Ben Bela Carla Chen Clara Dana David Dora Edda Eli Emma Erik Esra Ewa Felix Finn Flora Gina
Greta Hana Hugo Ida Igor Ines Iris Ivan Jana Jonas Jun Kai Kim Kofi Lars Lea Lena Leo Lina Luca Mara Mark Maya Mei Mia
Mila Milo Mona Nadia Nils Nina Noah Nora Olga Omar Oskar Otto Paul Petra Pia Rafa Rosa Ruth Sami Sara Sven Tara Theo Tim
Tom Uma Vera Viktor Wanda Yara Yuki Zoe Alice Bob Bruno Carl Charlie Diego Elena Fatima Frank Grace Hannah Helen
Jack James Jane John Julia Karl Laura Linus Louis Lucy Maria Max Michael Nick Oliver Peter Robert Sam Sophie Steve
Susan Thomas Victor William
""".split()
PLACES = """
Athens Basel Berlin Bern Bonn Boston Bremen Cairo Chicago Cork Delhi Denver Dublin Geneva Genoa Ghent Graz Hamburg
Helsinki Kiel Kyoto Lagos Leeds Leipzig Lima Linz Lisbon London Lyon Madrid Malmo Milan Munich Nairobi Naples Nice Osaka
Oslo Oxford Paris Porto Prague Quito Riga Rome Seoul Sofia Stockholm Sydney Tallinn Tokyo Turin Utrecht Venice Vienna
Vilnius Warsaw York Zurich
""".split()
_HEADS = "b bl br c ch cl d dr f fl g gl gr h j k kl l m n p pl pr qu r s sh sk sl st t tr v w y z".split()
_VOWELS = "a e i o u ai ea ee io ou".split()
_TAILS = " b d f g k l ll m n nd nt p r rd rk s sh st t x".split(" ")


def is_held_out(word):
    """One word in eight, decided by its letters alone."""
    return zlib.crc32(word.lower().encode()) % 8 == 0


ALL_NAMES = [word.lower() for word in (*THINGS, *AMOUNTS, *PEOPLE, *PLACES)]
NEVER_ALONE = [word for word in ALL_NAMES if is_held_out(word)]

# So often a name is no word at all.
MADE_UP = 0.12
# While training more often: words that are never a name alone are seen inside of names that are put together.
MADE_UP_IN_TRAINING = 0.3


class Words:
    """Draws words of one half only: those of training, or those held out. `held_out` None draws from both.

    In training, names put together from any words and from `pieces`, the tokens that words can be made of, teach
    copying, whatever is to be copied; from whole words alone a model learns which names there are. No name that is held
    out is ever one of them.
    """

    def __init__(self, random, held_out, pieces=(), made_up=None):
        self.random, self.held_out, self.pieces = random, held_out, pieces
        # What the cases of one row have in common.
        self.shared_frame, self.shared_tools = None, None
        self.made_up_share = made_up if made_up is not None else MADE_UP_IN_TRAINING if pieces else MADE_UP

    def frame(self):
        return self.shared_frame or Frame(self.random)

    def _of_half(self, draw):
        while True:
            word = draw()
            if self.held_out is None or is_held_out(word) == self.held_out:
                return word

    def made_up(self):
        choice, chance = self.random.choice, self.random.random

        def syllables():
            parts = []
            for _ in range(choice((1, 1, 2))):
                parts += [choice(_HEADS), choice(_VOWELS)]
            return "".join(parts) + choice(_TAILS)

        def put_together():
            # Half of the words are held out, as names alone are never.
            sources = (NEVER_ALONE, NEVER_ALONE, ALL_NAMES, self.pieces)
            return "".join(choice(choice(sources)) for _ in range(choice((1, 2, 2, 3))))

        return self._of_half(put_together if self.pieces and chance() < 0.8 else syllables)

    def _listed(self, words):
        if self.random.random() < self.made_up_share:
            return self.made_up()
        return self._of_half(lambda: self.random.choice(words))

    def thing(self):
        return self._listed(THINGS)

    def amount(self):
        return self._listed(AMOUNTS)

    def person(self):
        return self._capital(self._listed(PEOPLE))

    def place(self):
        return self._capital(self._listed(PLACES))

    @staticmethod
    def _capital(word):
        return word[0].upper() + word[1:]

    def distinct(self, draw, count):
        out = []
        while len(out) < count:
            word = draw()
            if word not in out:
                out.append(word)
        return out


def plural(word):
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def camel(words):
    return words[0] + "".join(word.capitalize() for word in words[1:])


def snake(words):
    return "_".join(words)
