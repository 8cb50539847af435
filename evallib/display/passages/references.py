"""Where the methods come from: each method's references, cited in its sentence and listed once."""

from __future__ import annotations

from dataclasses import dataclass

from evallib.display.edition import Edition, key
from evallib.display.passages.common import passage
from evallib.display.publication import Paragraph, Span


@dataclass(frozen=True)
class Reference:
    """A publication: surnames with initials, year, the rest as it is printed in every language."""

    authors: tuple[str, ...]
    year: int
    rest: str

    def cited(self, e: Edition) -> str:
        """``Deming and Stephan 1940``; of three authors on the first alone."""
        names = [one.partition(",")[0] for one in self.authors]
        written = f"{names[0]} et al." if len(names) > 2 else e.t("word.and").join(names)
        return f"{written} {self.year}"

    def listed(self, e: Edition) -> Paragraph:
        """The whole reference; the title is in English whatever the report's language."""
        *first, last = self.authors
        written = e.t("word.and").join([", ".join(first), last]) if first else last
        lang = "" if e.language == "en" else "en"
        return Span(f"{written} ({self.year}). "), Span(self.rest, lang=lang)


_WILSON = Reference(
    ("Wilson, E. B.",),
    1927,
    "Probable inference, the law of succession, and statistical inference. "
    "Journal of the American Statistical Association 22, 209–212.",
)
_NEWCOMBE = Reference(
    ("Newcombe, R. G.",),
    1998,
    "Interval estimation for the difference between independent proportions: comparison of eleven methods. "
    "Statistics in Medicine 17, 873–890.",
)
_ZOU = Reference(
    ("Zou, G. Y.", "Donner, A."),
    2008,
    "Construction of confidence limits about effect measures: a general approach. "
    "Statistics in Medicine 27, 1693–1702.",
)
_CLOPPER = Reference(
    ("Clopper, C. J.", "Pearson, E. S."),
    1934,
    "The use of confidence or fiducial limits illustrated in the case of the binomial. "
    "Biometrika 26, 404–413.",
)
_BROWN = Reference(
    ("Brown, L. D.", "Cai, T. T.", "DasGupta, A."),
    2001,
    "Interval estimation for a binomial proportion. Statistical Science 16, 101–133.",
)
_DEMING = Reference(
    ("Deming, W. E.", "Stephan, F. F."),
    1940,
    "On a least squares adjustment of a sampled frequency table when the expected marginal totals are known. "
    "Annals of Mathematical Statistics 11, 427–444.",
)
_KISH = Reference(("Kish, L.",), 1965, "Survey Sampling. New York: Wiley.")
_DEVILLE = Reference(
    ("Deville, J.-C.", "Särndal, C.-E."),
    1992,
    "Calibration estimators in survey sampling. Journal of the American Statistical Association 87, 376–382.",
)
_FREEMAN = Reference(
    ("Freeman, L. C.",),
    1977,
    "A set of measures of centrality based on betweenness. Sociometry 40, 35–41.",
)
_BRANDES = Reference(
    ("Brandes, U.",),
    2001,
    "A faster algorithm for betweenness centrality. Journal of Mathematical Sociology 25, 163–177.",
)
_KRACKHARDT = Reference(
    ("Krackhardt, D.", "Stern, R. N."),
    1988,
    "Informal networks and organizational crises: an experimental simulation. "
    "Social Psychology Quarterly 51, 123–140.",
)
_BORGATTI = Reference(
    ("Borgatti, S. P.", "Halgin, D. S."),
    2011,
    "Analyzing affiliation networks. In Scott, J. and Carrington, P. J. (eds), "
    "The SAGE Handbook of Social Network Analysis, 417–433. London: Sage.",
)
_WASSERMAN = Reference(
    ("Wasserman, S.", "Faust, K."),
    1994,
    "Social Network Analysis: Methods and Applications. Cambridge: Cambridge University Press.",
)
_PRATT = Reference(
    ("Pratt, J. W.",),
    1959,
    "Remarks on zeros and ties in the Wilcoxon signed rank procedures. "
    "Journal of the American Statistical Association 54, 655–667.",
)
_KERBY = Reference(
    ("Kerby, D. S.",),
    2014,
    "The simple difference formula: an approach to teaching nonparametric correlation. "
    "Comprehensive Psychology 3, 11.IT.3.1.",
)
_MANN = Reference(
    ("Mann, H. B.", "Whitney, D. R."),
    1947,
    "On a test of whether one of two random variables is stochastically larger than the other. "
    "Annals of Mathematical Statistics 18, 50–60.",
)
_HODGES = Reference(
    ("Hodges, J. L.", "Lehmann, E. L."),
    1963,
    "Estimates of location based on rank tests. Annals of Mathematical Statistics 34, 598–611.",
)
_KRUSKAL = Reference(
    ("Kruskal, W. H.", "Wallis, W. A."),
    1952,
    "Use of ranks in one-criterion variance analysis. "
    "Journal of the American Statistical Association 47, 583–621.",
)
_DUNN = Reference(("Dunn, O. J.",), 1964, "Multiple comparisons using rank sums. Technometrics 6, 241–252.")
_HOLM = Reference(
    ("Holm, S.",),
    1979,
    "A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65–70.",
)
_FAGERLAND = Reference(
    ("Fagerland, M. W.", "Lydersen, S.", "Laake, P."),
    2013,
    "The McNemar test for binary matched-pairs data: mid-p and asymptotic are better than exact conditional. "
    "BMC Medical Research Methodology 13, 91.",
)
_CRONBACH = Reference(
    ("Cronbach, L. J.",),
    1951,
    "Coefficient alpha and the internal structure of tests. Psychometrika 16, 297–334.",
)
_FELDT = Reference(
    ("Feldt, L. S.",),
    1965,
    "The approximate sampling distribution of Kuder–Richardson reliability coefficient twenty. "
    "Psychometrika 30, 357–370.",
)
_COHEN = Reference(
    ("Cohen, J.",),
    1960,
    "A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20, 37–46.",
)
_FLEISS = Reference(
    ("Fleiss, J. L.", "Cohen, J.", "Everitt, B. S."),
    1969,
    "Large sample standard errors of kappa and weighted kappa. Psychological Bulletin 72, 323–327.",
)
_MCDONALD = Reference(
    ("McDonald, R. P.",), 1999, "Test Theory: A Unified Treatment. Mahwah: Lawrence Erlbaum."
)

# Method → its references. A method that is not here counts or describes by a rule of this project.
REFERENCES = {
    "share": (_WILSON,),
    "share_fpc": (_WILSON,),
    "share_clustered": (_WILSON,),
    "share_clopper_pearson": (_CLOPPER,),
    "share_jeffreys": (_BROWN,),
    "weights": (_DEMING, _KISH),
    "weighted": (_DEVILLE,),
    "density": (_WASSERMAN,),
    "components": (_WASSERMAN,),
    "betweenness": (_FREEMAN, _BRANDES),
    "transitivity": (_WASSERMAN,),
    "ei": (_KRACKHARDT,),
    "shared_events": (_BORGATTI,),
    "wilcoxon_pratt": (_PRATT, _KERBY),
    "wilcoxon_pratt_exact": (_PRATT, _KERBY),
    "mann_whitney": (_MANN, _HODGES),
    "mann_whitney_exact": (_MANN, _HODGES),
    "kruskal": (_KRUSKAL,),
    "dunn": (_DUNN, _HOLM),
    "holm": (_HOLM,),
    "mcnemar": (_FAGERLAND,),
    "newcombe": (_NEWCOMBE,),
    "certain_change": (_NEWCOMBE, _ZOU),
    "alpha": (_CRONBACH, _FELDT),
    "omega": (_MCDONALD,),
    "kappa": (_COHEN, _FLEISS),
}


def methods_of(e: Edition) -> tuple[str, ...]:
    """What made this release's numbers; ``certain_change`` where two of two periods have intervals."""
    shown = [one for one in e.released.cells.values() if one.mask is None]
    before = (e.earlier(key(one)) for one in shown if one.interval)
    compared = ["certain_change"] if any(one and one.interval for one in before) else []
    return tuple(dict.fromkeys([one.method for one in shown if one.method] + compared))


def cited(e: Edition, sentence: str, method: str) -> str:
    """The sentence of a method with its references before the last full stop."""
    found = REFERENCES.get(method, ())
    if not found:
        return sentence
    return f"{sentence.removesuffix('.')} ({'; '.join(one.cited(e) for one in found)})."


def references(e: Edition) -> tuple[Paragraph, ...]:
    """PA.2: the references of the methods that this release's numbers name, by author and year."""
    used = {one for method in methods_of(e) for one in REFERENCES.get(method, ())}
    ordered = sorted(used, key=lambda one: (one.authors, one.year))
    listed = [one.listed(e) for one in ordered]
    return passage(e, (Span(e.t("PA.2.title")),), *listed) if listed else passage(e)
