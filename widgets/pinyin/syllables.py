"""The syllables of Mandarin as they are typed: without tones, and with v for ü."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

_BY_INITIAL: Final = """
a ai an ang ao
ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu
ca cai can cang cao ce cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chuai chuan chuang
chui chun chuo ci cong cou cu cuan cui cun cuo
da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo
e ei en eng er
fa fan fang fei fen feng fo fou fu
ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo
ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo
ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun
ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo
la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu long lou lu luan lun luo lv lve
ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu
na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nuo nv nve
o ou
pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu
qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun
ran rang rao re ren reng ri rong rou ru ruan rui run ruo
sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan
shuang shui shun shuo si song sou su suan sui sun suo
ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo
wa wai wan wang wei wen weng wo wu
xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun
ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun
za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua zhuai
zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""

SYLLABLES: Final = tuple(sorted(_BY_INITIAL.split()))
"""Sorted, so that all syllables that begin alike are neighbours; a syllable's number is its place here."""

NUMBER: Final = {syllable: number for number, syllable in enumerate(SYLLABLES)}

INITIALS: Final = frozenset("bpmfdtnlgkhjqxrzcsywaoe") | {"zh", "ch", "sh"}
"""What stands for a syllable when only its beginning is typed; a, o and e for those that begin with a vowel."""

LONGEST: Final = max(map(len, SYLLABLES))

_OTHER_SPELLINGS: Final = {"lue": "lve", "nue": "nve", "jv": "ju", "qv": "qu", "xv": "xu", "yv": "yu"}
"""What people type for ü where the table has the other letter."""


def syllable_number(letters: str) -> int | None:
    """The number of the syllable that these letters spell, if they do."""
    return NUMBER.get(_OTHER_SPELLINGS.get(letters, letters))


def syllables_beginning(letters: str) -> tuple[int, int]:
    """The numbers of the syllables that begin with these letters, as first and one past the last.

    >>> [SYLLABLES[number] for number in range(*syllables_beginning("zhua"))]
    ['zhua', 'zhuai', 'zhuan', 'zhuang']
    """
    return bisect_left(SYLLABLES, letters), bisect_left(SYLLABLES, letters + "~")
