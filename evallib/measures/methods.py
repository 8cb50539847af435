"""The methods paragraph: one citable sentence for each method that a result can name."""

from __future__ import annotations

METHODS = {
    "responses": "Respondents' backgrounds are counted from the answers accepted.",
    "count": "Counts from the project's own records are complete counts of what the records hold.",
    "distribution": (
        "Answers are counted by option; percentages are of those who answered, without «don't know» "
        "and «does not apply», which are counted beside."
    ),
    "share": "Shares carry the Wilson score interval (95 %).",
    "share_fpc": (
        "Shares of a survey that went to the whole register carry the Wilson score interval (95 %) "
        "with finite population correction; non-response is not corrected."
    ),
    "share_clustered": (
        "Shares of event feedback carry the Wilson score interval (95 %), which takes answers as "
        "independent; answers from the same event are alike, so the true interval is somewhat wider."
    ),
    "share_records": "Shares of complete records have no interval.",
    "median": "The median is the middle answer on the scale, half way between two values where they differ.",
    "balance": (
        "The balance is the per cent above the middle of the scale minus the per cent below it; its "
        "interval (95 %) is that of a difference of two shares of one sample."
    ),
    "density": (
        "Density is the number of ties at level 2 or higher that either organisation names, divided "
        "by the number of possible ties among the organisations on the roster."
    ),
    "density_both": (
        "Density by the stricter rule counts ties that both organisations name, among the pairs in "
        "which both answered."
    ),
    "new_ties": (
        "A new tie joins two organisations that are on both rosters, stands now and did not stand in "
        "the baseline, where at least one of the two answered."
    ),
    "cross_share": (
        "Cross-sector ties join organisations of different main sectors; the share expected by chance "
        "is that of all possible pairs."
    ),
    "active_projects": (
        "A project is active when an event, a content or a new result card of the period names it."
    ),
    "joint": (
        "Joint activities are events and published contents that name projects of at least two "
        "different beneficiaries."
    ),
    "mixed_events": (
        "An event is mixed when at least three sectors have one tenth of the participants each; "
        "events where fewer than half of the sectors are known are left out."
    ),
    "steps": (
        "A firm has taken a step when it ticks at least one step of the list; a form without any tick "
        "is no answer."
    ),
    "services": (
        "New and renewed services are summed as the firms report them; a tick without a number counts "
        "as one. Services are counted with contribution from the grade «somewhat» on."
    ),
    "jobs": (
        "Jobs and firms founded are sums of what firms report and are never grossed up to firms that "
        "did not answer; a sum over fewer than five firms, or of which one firm makes up more than "
        "half, is not shown."
    ),
    "experienced_change": (
        "Experienced change compares skills now with skills before as remembered in the same form, as "
        "the mean over the skills rated in both; it is no measure of effect."
    ),
    "persons": (
        "Distinct persons are given as a range: at least the persons known by pseudonym (or the "
        "participants of the largest event), at most those plus every participation without an "
        "address."
    ),
    "newcomers": (
        "New persons were not met in any earlier period; participations without an address are new in "
        "the upper figure only."
    ),
    "hours": "Hours are the minutes attended, summed; participations without known minutes add nothing.",
    "training_days": "Training days are hours divided by the hours of a training day that the plan sets.",
    "event_spread": (
        "The spread of events gives the quartiles of the shares of all events with at least five answers."
    ),
    "swedish": "Participations in Swedish are those in events held in Swedish.",
    "stage": "Stages are those reached by the end of the period, one a result.",
    "takers": "Take-up counts organisations by the result they took up; one that took up two counts twice.",
    "matrix": "A cell of partner and type is planned when the steering group has agreed it (where nothing is "
    "agreed, when an act in it is logged) and done when at least one act in it was done.",
    "theme_events": "Events are counted under a theme when it is their main or a side theme.",
    "remote": (
        "The remote share counts participations in online events and those of hybrid events that come "
        "from an online attendance list; no emissions are derived from it."
    ),
    "subscribers": "Subscribers are those of the last month of the period.",
    "click_rate": (
        "The click rate is unique clicks divided by delivered letters; opens are not used, because "
        "mail programs open letters by themselves."
    ),
    "analytics": "Web figures are sums of the months of the period; a change of method is noted.",
    "rate": (
        "The response rate is complete answers of invited people divided by the invited; feedback by "
        "open link is compared with participations in events that gathered feedback."
    ),
    "wilcoxon_pratt": (
        "Change of the same people was tested with the Wilcoxon signed-rank test (zero differences by "
        "Pratt, asymptotic, without continuity correction), with the matched-pairs rank-biserial "
        "correlation as effect size."
    ),
    "holm": "p-values are corrected by Holm's method within the family declared before the freeze.",
    "newcombe": "Differences of shares of two waves carry Newcombe's interval (95 %).",
    "mann_whitney": (
        "A group was compared with all others by the Mann–Whitney test (asymptotic, corrected for "
        "ties and continuity), with the rank-biserial correlation as effect size."
    ),
    "alpha": "Cronbach's alpha is over complete answers, with Feldt's interval (95 %).",
    "records_at_end": "States are those reached by the last day of the period.",
}


def sentence(method: str) -> str:
    """The sentence of a method; raises KeyError for a name that no measure may use."""
    return METHODS[method]
