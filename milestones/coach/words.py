"""Classes of wording that plans of schools, districts and agencies are made of. Pure.

Each class is one compiled pattern over a sentence made plain (`plain.plain`). None is there for a single
sentence: a class holds whatever people in this field use in that place.
"""

import re
from collections.abc import Iterable


def _any(*words: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(" ".join(words).split("|")) + r")(?!\w)")


def _verb(*stems: str) -> str:
    """Match a verb in all its forms: "train" finds trains, trained, training; "-e" and "-y" endings bend."""
    return "|".join(_forms(" ".join(stems).split()))


def _forms(stems: Iterable[str]) -> Iterable[str]:
    for stem in stems:
        bare = stem.replace("_", " ")
        head, _gap, rest = bare.partition(" ")
        tail = f" {rest}" if rest else ""
        if head.endswith("e"):
            yield rf"{head[:-1]}(?:e|es|ed|ing){tail}"
        elif head.endswith("y") and head[-2] not in "aeiou":
            yield rf"{head[:-1]}(?:y|ies|ied|ying){tail}"
        elif re.search(r"[^aeiou][aeiou][bdgklmnprt]$", head):
            yield rf"{head}(?:s|{head[-1]}?ed|{head[-1]}?ing)?{tail}"
        else:
            yield rf"{head}(?:s|es|ed|ing)?{tail}"


ADULTS = _any(
    r"(?:(?:all|new|lead|veteran|grade[- ]level|classroom|general|special|education|content|core|math|ela|ell|el"
    r"|science|reading|literacy|instructional|school|district|building|certified|licensed|support|front|office|k-\d+"
    r"|probationary|assistant) )*"
    r"(?:teachers?|staff(?: members?)?|faculty(?: members?)?|educators?|coach(?:es)?|principals?|administrators?"
    r"|administration|leaders?|leadership(?: teams?)?|counsel+ors?|specialists?|interventionists?|paraprofessionals?"
    r"|paras?|aides?|deans?|superintendents?|coordinators?|directors?|facilitators?|mentors?|librarians?|nurses?"
    r"|psychologists?|social workers?|employees?|personnel|practitioners?|instructors?|supervisors?|secretar(?:y|ies)"
    r"|chairs?|slt|blt|ilt|mtss team|data teams?|grade[- ]level teams?|plcs?|plc teams?|content teams?|committees?"
    r"|departments?|teams?|board(?: of education)?|tutors?|evaluators?|liaisons?|trainers?|bus drivers?|clerks?)"
)  # fmt: skip
STUDENTS = _any(
    r"students?|students'|student's|learners?|pupils?|child|children|kids|youth|scholars?|graduates|seniors?|juniors"
    r"|sophomores|fresh(?:men|man)|kindergart(?:en(?:ers?)?|ners?)|pre-?k|(?:\d{1,2}(?:st|nd|rd|th)|first|second|third"
    r"|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)[- ]grade(?:rs?)?|graders?|grades? (?:k|pk|\d{1,2})"
    r"(?: ?(?:-|to|through|and|&) ?\d{1,2})?|swds?|ells?|els?|mlls?|multi-?lingual learners|english (?:language )?learners"
    r"|subgroups?|cohorts?|class of 20\d\d|dropouts?|attenders|all learners"
)  # fmt: skip
PERFORMANCE = _any(
    r"proficien(?:t|cy|cies)|non-?proficient|achievement|achieving|scores?|scored|scoring|mastery|master(?:ed|ing)?"
    r"|growth|attendance|attend(?:ing|ers)?|absen(?:t|ces?|tee(?:s|ism)?)|tard(?:y|ies)|truan(?:t|cy)|drop-?outs?(?: rates?)?"
    r"|graduat(?:e|es|ed|ing|ion)(?: rates?)?|suspen(?:ded|sions?)|expulsions?|referrals?|odrs?|incidents?"
    r"|(?:on|at|above|below|near)(?: or above| or below)? (?:grade[- ]level|level|benchmark|standard)s?|grade[- ]level"
    r"(?: equivalen\w+)?|pass(?:ed|ing)?(?: rates?)?|percentiles?|lexiles?|rit(?: scores?)?|level \d|readiness"
    r"|(?:college|kindergarten|career)[- ]ready|test results|results|gpa|fail(?:ed|ing|ures?)?|on[- ]track"
    r"|meet(?:ing)? or exceed(?:ing)?|meets? (?:or exceeds?)? ?(?:expectations|standards?|benchmark|growth)|exceed(?:s|ing)?"
    r"|feel(?:s|ing)?|belong(?:ing)?|credits? earned|earn(?:ed|ing)? credits?|reclassif\w+|enrol+(?:ment|ed)?|literacy rates?"
    r"|fluency|comprehension|gaps?|outcomes|performance|math facts|words per minute|read(?:ing)? (?:on|at|above) grade"
    r"|be able to|will be able|can (?:read|write|solve|identify|count)|persistence|completion rates?"
)  # fmt: skip
ASSESSMENTS = _any(
    r"i-?ready|map(?: growth)?|nwea|dibels|acadience|aimsweb|star (?:reading|math|early)|cmas|psat|sat|act|aspire|ap exams?"
    r"|sols?|osas|sbac|smarter balanced|parcc|staar|mcas|regents|k-?prep|gmas|gkids|wida|access(?: for ells?| test| 2\.0)"
    r"|irla|f&p|fountas|naep|fsa|fast|eoc|eog|mclass|terranova|iowa|istation|pals|kra|gold|ixl|lexia|edmentum|caaspp"
    r"|(?:state|standardized|interim|benchmark|summative|formative|unit|diagnostic|end[- ]of[- ](?:year|course|unit|grade)"
    r"|district|common|final|nys|ela|math|reading|science|writing) (?:[a-z]+ )?(?:assessments?|exams?|tests?|testing)"
    r"|assessments?|exams?|tests?|diagnostics?|universal screener|screeners?|running records?|exit tickets?"
)  # fmt: skip
RATES = _any(r"percent(?:age)?s?(?: points?)?|rates?|number of|proportion|average|mean|median|share of|total")
CHANGE = _any(
    _verb("increase decrease reduce raise improve decline drop lower double halve triple close narrow grow rise "
          "maintain exceed reach"), r"go from|grew|rose|fall|cut"
)  # fmt: skip
PERCENT = re.compile(
    r"(?<![\w.])(?P<n>\d{1,3}(?:\.\d+)?|x{1,3}|\.\d+)\+? ?(?:%|percent\b|percentage points?\b|per cent\b)"
)
TRAINING = _any(
    r"train(?:s|ed|ings?)?|professional (?:development|learning)(?: sessions?)?|pd(?: sessions?| days?)?|in-?services?"
    r"|workshops?|webinars?|onboarding|orientations?"
)
VAGUE_VERBS = (
    "ensure foster promote support enhance improve strengthen provide optimize transform encourage cultivate embrace "
    "empower inspire value strive perfect nurture engage expand leverage advance prepare commit build maintain increase "
    "maximize elevate deepen focus address continue create honor develop grow sustain boost accelerate facilitate achieve"
)
ACTION_VERBS = (
    "implement develop create train teach review identify host present gather collect conduct schedule establish meet hold "
    "publish revise update purchase hire install distribute administer analyze monitor track plan write design complete "
    "finalize adopt assign form launch pilot roll_out facilitate attend participate deliver observe model coach contact call "
    "send post use utilize incorporate embed align map pace clarify audit select order organize communicate share assess "
    "evaluate determine fine_tune issue award release deploy test recruit survey visit document submit draft prepare "
    "work_with collaborate assemble convene recommend approve invite offer set_up begin start introduce replace provide "
    "receive apply practice lead examine read study record report screen refer enter calibrate differentiate reteach score "
    "gather compile expand add open appoint print translate mail"
)
ABSTRACT = _any(
    r"cultures?|environments?|climate|excellence|equit(?:y|able)|inclusi(?:ve|on)|rigor(?:ous)?|high[- ]quality|expectations"
    r"|relationships?|partnerships?|engagement|opportunit(?:y|ies)|success(?:ful)?|potential|communit(?:y|ies)|access"
    r"|stakeholders?|21st century|excellent|world-?class|lifelong|life-long|well-being|wellness|safe|supportive|positive"
    r"|meaningful|respect|tolerance|collaborative|innovati(?:ve|on)|vision|mission|values?|trust|pride|global|citizens?"
    r"|effective(?:ly|ness)?|highly|best|optimal|resources|supports?|needs|whole child|empower(?:ed|ment)?|capacity"
)
DELIVERABLES = _any(
    r"pd|professional development|trainings?|lesson plans?|protocols?|checklists?|schedules?|calendars?|meetings?|plans?"
    r"|surveys?|curricul(?:um|a)|trackers?|systems?|handbooks?|newsletters?|workshops?|walk-?throughs?|data|reports?|teams?"
    r"|committees?|lessons?|groups?|interventions?|phonics|ieps?|plcs?|rubrics?|budgets?|websites?|contracts?|positions?"
    r"|polic(?:y|ies)|procedures?|guides?|toolkits?|playbooks?|templates?|forms?|agreements?|regulations?|materials"
    r"|software|tools?|dashboards?|feedback|conferences?|observations?|profile|inventor(?:y|ies)|forums?|night|assembl(?:y|ies)"
    r"|matrix|maps?|pacing|blocks?|periods?|logs?|minutes|agendas?|mou|grants?|books?|programs?|coach(?:ing)?|tutoring"
)
AGENCY = _any(
    r"veterans?|recipients?|payees?|conus|oconus|contracts?|regulations?|rulemaking|congress|federal|states and territories"
    r"|ssi|fy ?\d\d(?:\d\d)?|it roll-?out|beneficiar(?:y|ies)|applicants?|grantees?|agenc(?:y|ies)|department data|bureau|gao"
    r"|omb|interagency|nationwide|national|tribal|stlt|dod|region \d+|hurricane|disaster|housing|homeless(?:ness)?"
    r"|cybersecurity|supply chain|customers?|workforce|guidance|policy|field offices?|call centers?|enterprise|procurement"
    r"|rule|x report|legacy|application|applications|release|claims?|permits?|licen[cs]es?|taxpayers?|employers?|industry"
)
SCHOOL = _any(
    r"schools?|schoolwide|classrooms?|districts?|principals?|teachers?|students?|families|parents?|curriculum|instruction(?:al)?"
    r"|lessons?|grade|math|ela|literacy|reading|plcs?|mtss|pbis|sel|iep|tier [123]|tutoring|coach(?:es|ing)?|phonics|recess"
    r"|attendance|kindergarten|education|learning|academic|behavior(?:al)?|standards|pd"
)
TOOL = _any(
    r"audits?|walk-?throughs?|observations?|surveys?|trackers?|tracking (?:system|tool|sheet)s?|checklists?|rubrics?|logs?"
    r"|records?|reports?|dashboards?|data(?: collection)? systems?|sign-?in sheets?|agendas?|minutes|notes|inventor(?:y|ies)"
    r"|self-?assessments?|tfi|documentation|samples?|artifacts?|lesson plan reviews?|spreadsheets?|surveys?|databases?"
    r"|platforms?|portal|calendars?|rosters?|interviews?|focus groups?"
)
JARGON = _any(
    r"synerg(?:y|ies|ize)(?! report)|leverag(?:e|ing)|paradigms?|operationali[sz]e|incentivi[sz]e|low-hanging fruit|deep dives?"
    r"|move the needle|drill down|bandwidth|circle back|holistic(?:ally)?|best-in-class|cutting[- ]edge|world-?class"
    r"|value-added propositions?|stakeholder buy-in|buy-in|robust|scalable|impactful|ecosystems?|optimi[sz]e|strategic alignment"
    r"|utili[sz]e|capacity-?building|wraparound|cross-?cutting|granular|action-?able insights?|data-?driven culture|rightsiz\w+"
    r"|going forward|mission[- ]critical|turnkey|streamlin(?:e|ing)"
)
PURPOSE = re.compile(
    r"\b(?:in order to|so that|so as to|with the goal of|with the aim of|with the intent(?:ion)? (?:of|to)|for the purpose of"
    r"|leading to|to ensure|to increase|to improve|to reduce|to support|to help|to equip|to strengthen|to drive|to inform"
    r"|to eliminate|to enhance|to build|to meet|to allow|to enable|to provide|to make|to track|to monitor|to address"
    r"|to identify|to raise|to close|to determine|to review|to plan|to align|to analy[sz]e|to adjust|to discuss|to decide|to agree"
    r"|to set|to share|to train|to teach|to develop|to select|to prepare|to give|to communicate|that will communicate|how to)\b"
)
