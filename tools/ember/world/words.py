"""Words for names. Some are never seen in training, so that a test can tell copying from remembering."""

import zlib

THINGS = """
apple arrow badge ball band bank basket bean bell belt bench berry bird block board boat bolt book boot bottle bowl box
brick bridge brush bucket bus button cable cake camera candle card carrot cart castle cell chair chart clock cloud coat coin
cookie corn cup curtain dart desk dish door drawer dress drum duck engine envelope fan farm feather fence file fish flag
flower folder fork frame garden gate gear gift glass glove goat guitar hammer hat heart hill horse house ice jacket jar
judge kettle key kite knife ladder lake lamp leaf lemon letter lever light lion lock log magnet mail map mask meal medal
melon mirror mitten moon mug nail needle nest net note nut oven owl packet page paint pan paper parcel path pear pen
pencil phone photo piano pillow pin pipe plane plant plate plum pocket pond pool poster pot pump queue rabbit radio rail
rain ring river road robot rock roof room root rope rose sail salt sand saw scarf school score screen sea seat seed
shelf shell ship shirt shoe shop signal sock sofa song soup spoon spring stamp star step stick stone stool storm street
string sugar sun swing table tag tape task tent ticket tiger tile tool tooth torch tower town toy track train tray tree
truck tube tunnel vase violin wagon wall watch wave wheel whistle wind window wing wire wolf wood yard zebra
""".split()
AMOUNTS = """
age amount area balance budget charge cost count degree delta depth distance dose fee gain height hour index length
level limit load loss margin mass minute mode number offset payment point position power price profit quantity range rank
rate ratio result salary sample scale second share size speed stock sum tax time total unit value volume wage weight width
""".split()
PEOPLE = """
Ada Alan Alma Anna Arlo Asha Ben Bela Carla Chen Clara Dana David Dora Edda Eli Emma Erik Esra Ewa Felix Finn Flora Gina
Greta Hana Hugo Ida Igor Ines Iris Ivan Jana Jonas Jun Kai Kim Kofi Lars Lea Lena Leo Lina Luca Mara Mark Maya Mei Mia
Mila Milo Mona Nadia Nils Nina Noah Nora Olga Omar Oskar Otto Paul Petra Pia Rafa Rosa Ruth Sami Sara Sven Tara Theo Tim
Tom Uma Vera Viktor Wanda Yara Yuki Zoe
""".split()
_HEADS = "b bl br c ch cl d dr f fl g gl gr h j k kl l m n p pl pr qu r s sh sk sl st t tr v w y z".split()
_VOWELS = "a e i o u ai ea ee io ou".split()
_TAILS = " b d f g k l ll m n nd nt p r rd rk s sh st t x".split(" ")


def is_held_out(word):
    """One word in eight, decided by its letters alone."""
    return zlib.crc32(word.lower().encode()) % 8 == 0


class Words:
    """Draws words of one half only: those of training, or those held out.

    `pieces` are the tokens that words can be made of. Names put together from any of them teach copying, whatever is
    to be copied; from the lists alone a model learns which names there are.
    """

    def __init__(self, random, held_out, pieces=()):
        self.random, self.held_out, self.pieces = random, held_out, pieces

    def _of_half(self, draw):
        while True:
            word = draw()
            if is_held_out(word) == self.held_out:
                return word

    def made_up(self):
        def draw():
            if self.pieces and self.random.random() < 0.6:
                return "".join(self.random.choices(self.pieces, k=self.random.choice((1, 2, 2, 3))))
            parts = []
            for _ in range(self.random.choice((1, 2, 2, 3))):
                parts += [self.random.choice(_HEADS), self.random.choice(_VOWELS)]
            return "".join(parts) + self.random.choice(_TAILS)

        return self._of_half(draw)

    def thing(self):
        if self.random.random() < 0.5:
            return self.made_up()
        return self._of_half(lambda: self.random.choice(THINGS))

    def amount(self):
        if self.random.random() < 0.4:
            return self.made_up()
        return self._of_half(lambda: self.random.choice(AMOUNTS))

    def person(self):
        if self.random.random() < 0.5:
            return self.made_up().capitalize()
        return self._of_half(lambda: self.random.choice(PEOPLE))

    def place(self):
        ending = self.random.choice(("", "", "burg", "ton", "ville", "dorf", "by"))
        return (self.made_up() + ending).capitalize()

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
