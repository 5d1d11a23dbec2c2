"""Classes of wording that plans of schools, districts and agencies are made of. Pure.

A class holds whatever people in this field use in that place; nothing is here for a single sentence. In the
lists a word stands for its plural too, ``_`` joins words that go together, and ``*`` is any ending.
"""

import re
from collections.abc import Iterable


def _pattern(listed: str) -> re.Pattern[str]:
    """Return a pattern over a plain sentence that finds the listed words, the longest first."""
    found = sorted(set(listed.split()), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(_entry(word) for word in found)})(?![\w])")


def _entry(word: str) -> str:
    bare = re.escape(word).replace(r"\*", r"\w*").replace("_", "[ -]").replace(r"\#", r"\d{1,3}")
    if word.endswith("*"):
        return bare
    return rf"{bare[:-1]}(?:y|ies)" if re.search(r"[^aeiou_]y$", word) else rf"{bare}(?:es|s'|'s|s)?"


def stem(word: str) -> str:
    """Return what the forms of a word have in common: "planning", "planned" and "plans" are "plan"."""
    word = word.removesuffix("'s").rstrip("'")
    if word in _IRREGULAR:
        word = _IRREGULAR[word]
    for ending in ("ies", "ied", "ying"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            return word[: -len(ending)] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
        word = word[:-1] if word.endswith(("sse", "she", "che", "xe")) else word
    for ending in ("ing", "ed"):
        head = word.removesuffix(ending)
        if head != word and len(head) > 2 and re.search("[aeiouy]", head):
            undoubled = len(head) > 3 and head[-1] == head[-2] and head[-1] not in "lsz"
            word = head[:-1] if undoubled else head
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


_IRREGULAR = {
    "taught": "teach", "met": "meet", "held": "hold", "wrote": "write", "written": "write", "built": "build",
    "sent": "send", "led": "lead", "made": "make", "given": "give", "gave": "give", "grew": "grow",
    "ran": "run",
    "grown": "grow", "rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall", "chosen": "choose",
    "began": "begin", "begun": "begin", "children": "child", "took": "take", "taken": "take", "read": "read",
    "kept": "keep", "used": "use", "using": "use", "bought": "buy", "brought": "bring",
    "felt": "feel", "shown": "show", "drawn": "draw", "has": "have", "had": "have",
}  # fmt: skip


BASE_IN_ING = frozenset(["bring", "sing", "ring", "swing"])
"""Verbs whose plain form ends in "ing"."""


def base(word: str) -> str:
    """Return the plain form of an irregular past or a third person: "taught" is "teach", "visits" is
    "visit"."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("shes", "ches", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _verbs(listed: str) -> frozenset[str]:
    return frozenset(stem(word) for word in listed.split())


ADULT_LIST = """
teacher staff staff_member faculty faculty_member educator coach principal administrator administration leader
leadership leadership_team counselor counsellor specialist interventionist paraprofessional para aide dean
superintendent coordinator director facilitator mentor librarian nurse psychologist social_worker employee
personnel practitioner instructor supervisor secretary chair slt blt ilt mtss_team data_team pbis_team
support_team student_support_team student_services_team behavior_team attendance_team grade_level_team
plc plc_team content_team committee department team board board_of_education tutor evaluator liaison trainer
bus_driver clerk secretary adult co-teacher co-teaching_pair department_head manager analyst officer
homeroom_teacher advisor adviser classroom school_leader district_leader office administrator partner
"""
ADULTS = _pattern(ADULT_LIST)
STUDENTS = _pattern(
    """student learner pupil child children kid youth scholar graduate senior junior sophomore freshman
    freshmen
    kindergartener kindergartner kindergarten preschooler pre-k prek first_grader second_grader third_grader
    fourth_grader fifth_grader sixth_grader seventh_grader eighth_grader ninth_grader grader #st_grader
    #nd_grader
    #rd_grader #th_grader #st_grade #nd_grade #rd_grade #th_grade first_grade second_grade third_grade
    fourth_grade
    fifth_grade sixth_grade seventh_grade eighth_grade ninth_grade tenth_grade eleventh_grade twelfth_grade
    grade_# grades_#
    grades_k grades_pk gr_# swd ell mll multilingual_learner multi_lingual english_learner subgroup cohort
    class_of_20# attender
    test_taker exam_taker cte_concentrator concentrator head_start_child
    first-grader second-grader third-grader fourth-grader fifth-grader"""
)
INSTITUTIONS = _pattern(
    """school elementary middle_school high_school district division county academy campus school_system
    state region network lea charter"""
)
STUDENT_AS_ADJECTIVE = re.compile(
    r"\b(?:student|child|youth|senior|kindergarten|graduate)s? (?:(?=families\b|teachers\b)|(?:support"
    r"|services|council|handbook"
    r"|information|data (?:system|notebook)"
    r"|work|records?|leadership|teaching|transition|agenda|profile|portfolio|supports?|led"
    r"|centered|friendly|voice"
    r"|schedules?|information system|find|acknowledgement|recognition|success (?:team|plan)|management"
    r"|assistance|intervention"
    r"|registration|study|engagement|focused|needs|wellness|resource|activities|government)\b)"
)
ADULT_MEASURE = re.compile(  # attendance and absence are of students, unless they are said to be of adults
    r"\b(?:(?:staff|teacher|employee|faculty|substitute|principal|parent|parental|family|caregiver|driver"
    r"|educator|paraprofessional|volunteer)(?:s|s'|'s)? (?:daily |average |annual |on-time )?"
    r"(?:absen\w+|attendance|retention|turnover|vacanc\w+|participation|sign-ins?|log-?ins?)"
    r"|(?:attendance|participation|enrollment) (?:at|in) (?:(?!school\b|class)[<a-z]+>?[ -]+){0,4}?(?:nights?"
    r"|events?"
    r"|conferences?|meetings?|workshops?|trainings?|forums?|open house|institutes?|orientation"
    r"|professional development|university|academy for parents)"
    r"|fidelity (?:scores?|ratings?)|(?:on-time|timely) (?!graduation|promotion)(?:[a-z]+ ){0,3}(?:rates?"
    r"|arrivals?|completion|submission|delivery)|(?:survey )?response rates?|work[ -]orders?|audit findings?"
    r"|fill rates?|vacancy rates?|turnover(?: rates?)?|teacher retention)\b"
)
PERFORMANCE = _pattern(
    """proficien* non-proficient achievement achiev* score scored scoring mastery master mastered mastering
    growth
    attendance attending attender absen* tardy tardies tardiness truant truan* dropout drop-out
    graduation_rate graduat*
    suspension suspended expulsion referral odr incident infraction grade_level on_grade_level at_grade_level
    above_grade_level below_grade_level at_benchmark above_benchmark pass passed passing pass_rate percentile
    lexile rit rit_point level_# readiness college_ready kindergarten_ready career_ready test_result
    test_score gpa failing fail failed failure on_track meet_or_exceed* meeting_or_exceeding
    meet_expectation meets_expectation meet_standard exceed* feel feeling belong* credit_earned earn_credit
    reclassif*
    enroll* literacy_rate fluency fluently comprehension gap student_outcome performance words_per_minute
    able_to
    persistence course_completion c_or_better b_or_better age_expectation age-level_expectation
    completion_rate fafsa homework_completion
    learning_gap achievement_gap academic_progress
    standard_mastery skill aptitude
    graduating bullying behavior_incident connected engaged well-being growth_percentile growth_goal
    credential
    grade_equivalent college_readiness career_readiness honor_roll retention_rate growth_target"""
)
ASSESSMENTS = _pattern(
    """i-ready iready map_growth map_math map_reading map_score nwea dibels acadience aimsweb star_reading
    star_math
    star_early cmas psat sat act_score aspire ap_exam sol sols osas sbac smarter_balanced sba parcc staar mcas
    regents k-prep kprep gmas gkids wida irla naep fsa eoc eog mclass terranova istation pals kra ts_gold
    ixl caaspp state_assessment state_test state_exam standardized_test interim_assessment
    benchmark_assessment fastbridge fast_bridge easycbm amira pssa njsla ilearn elpac access_test
    access_for_ells access_score state_summative
    summative_assessment formative_assessment unit_assessment unit_test diagnostic end-of-course
    end-of-year_assessment
    end-of-grade district_assessment district_test common_assessment final_exam assessment exam test screener
    universal_screener running_record probe climate_survey student_survey healthy_kids_survey panorama"""
)
RATE = _pattern(
    "percent percentage proportion rate number_of numbers_of average mean median share_of total_number "
    "percent_of"
)
TRAINING = _pattern(
    """train training trained professional_development professional_learning pd in-service inservice workshop
    webinar onboarding orientation institute"""
)
MEETING = _pattern("meeting meet conference_call convening gathering session")
DELIVERABLES = _pattern(
    """pd professional_development training lesson_plan protocol checklist schedule calendar meeting
    action_plan plan
    survey curriculum curricula tracker tracking_system system handbook newsletter workshop walkthrough
    walk-through data
    report team committee lesson group intervention phonics iep plc rubric budget website contract position
    procedure guide guidebook toolkit playbook template form agreement regulation material software
    dashboard feedback
    conference observation profile inventory forum night assembly matrix map pacing block period log minutes
    agenda
    portal platform app hotline center centre clinic facility garden library website_page mou grant book
    program coaching tutoring unit template note letter email phone_call visit home_visit tool
    instrument manual module course class session cycle event fair letter sign poster folder document rule
    rubric
    screening screener assessment test benchmark standard expectation routine strategy kit license device
    laptop chromebook tablet hotspot textbook backpack bus_pass projector room camera lock list academy
    job_description posting interview presentation video"""
)
ABSTRACT = _pattern(
    """culture environment climate excellence equity equitable inclusive inclusion rigor rigorous high-quality
    high_quality high_expectation relationship partnership engagement opportunity success
    successful
    potential community access stakeholder 21st_century world-class lifelong well-being wellness safe
    supportive
    positive meaningful respect tolerance collaborative collaboration innovation innovative vision mission
    value trust
    pride global citizen effective effectively effectiveness highly best_practice optimal resource support
    need
    whole_child empowered capacity commitment morale communication involvement awareness accountability
    quality improvement diversity engaged valued welcoming nurturing equitably voice personalize* growth
    learning
    teaching instruction achievement"""
)
AGENCY = _pattern(
    """veteran recipient payee conus oconus contract regulation rulemaking congress federal territory
    territories
    ssi it_roll-out it_rollout beneficiary applicant grantee agency bureau gao cooperative cooperatives
    competition omb interagency nationwide national
    tribal tribe stlt dod region_# region regional_office hurricane disaster housing homeless homelessness
    cybersecurity
    supply_chain customer workforce guidance field_office call_center enterprise procurement legacy claim
    permit
    taxpayer employer industry apprenticeship grant department_of state_agency all_50_states states
    federal_register
    fy20# fy# fiscal_year statewide final_rule memorandum benefit broadband cloud migration small_business
    examiner
    technical_assistance reentry longitudinal pilot_program application request_for_proposal data-sharing
    ministry
    public_comment business_rule leas embassy country countries mission_critical portal headquarters
    directive"""
)
SCHOOL = _pattern(
    """school schoolwide school-wide classroom district principal teacher student family parent curriculum
    instruction instructional lesson grade math ela literacy reading plc mtss pbis sel iep tier_# tutoring
    coach coaching phonics recess attendance kindergarten education academic behavior standard pd
    staff_meeting faculty counselor playground cafeteria hallway homeroom advisory semester writing science
    therapist interventionist librarian tutor dean family_liaison class grade_level kindergarten
    elementary high_school middle_school learner bell_schedule superintendent board_of_education"""
)
PRACTICES = _pattern(
    """phonics phonemic_awareness science_of_reading close_reading guided_reading number_talk readers_workshop
    writers_workshop writing_workshop pbis mtss rti sel avid kagan pbl project-based_learning plc
    professional_learning_community
    restorative_practice restorative_circle morning_meeting second_step lexia zearn eureka wonders ckla letrs
    orton-gillingham standards-based_grading co-teaching culturally_responsive trauma-informed gradual_release
    small_group small-group workshop_model check-in_check-out check-in cico tier_# attendance_plan mentoring
    tutoring instructional_round
    learning_walk peer_observation lesson_study coaching_cycle formative_assessment common_assessment
    social-emotional social_emotional advisory intervention screening progress_monitoring data_meeting
    data_team
    learning_target success_criteria success_criterion language_objective graphic_organizer sentence_frame
    sentence_stem exit_ticket accommodation differentiated_instruction enrichment curriculum_map pacing_guide
    behavior_expectation expectations_for universal_expectation de-escalation collective_efficacy ap_course
    dual_enrollment preschool kindergarten_transition summer_school after-school family_night home_visit
    newsletter conference curriculum unit standards framework word_wall interactive_notebook"""
)
ADULT_WORK = _pattern(
    """lesson_plan iep evaluation walkthrough walk-through observation workshop coaching_cycle home_visit
    conference
    family_event engagement_event parent_meeting teachers_rated staff_attendance teacher_attendance
    teacher_retention
    certified_teacher bilingual_teacher staff_trained teachers_trained training staff_member annual_review
    mentor
    completion_of_annual_iep plc_meeting meetings_held intervention_plan behavior_plan team_checklist fidelity
    fidelity_inventory implementation tfi contact parent_contact log_in parent_portal volunteer
    position_filled
    teacher_vacancy classrooms_visited classrooms_using referrals_completed screened documentation"""
)
TOOL = _pattern(
    """audit walkthrough walk-through observation survey tracker tracking_system tracking_tool checklist
    rubric log
    record report dashboard data_system data_collection_system sign-in_sheet agenda minutes note inventory
    self-assessment tfi documentation sample artifact review spreadsheet database platform portal calendar
    roster interview focus_group data sheet certificate notebook gradebook planner tally count system"""
)
JARGON = _pattern(
    """synergy synergies synergize synergistic leverag* paradigm operationaliz* operationalis* incentiviz*
    low-hanging_fruit
    deep_dive move_the_needle drill_down bandwidth circle_back holistic holistically best-in-class
    cutting-edge
    world-class value-added buy-in robust scalable impactful ecosystem optimiz* optimis* strategic_alignment
    utiliz* utilis* capacity-building cross-cutting granular actionable_insight data-driven_culture rightsiz*
    going_forward mission-critical turnkey streamlin* thought_leader* touch_base game-changer transformational
    next-generation human_capital value_proposition socializ*_the deliverables_pipeline"""
)
WEAK_AGENCY = _pattern(
    """contract grant guidance workforce customer housing application portal employer industry permit benefit
    technical_assistance homeless region claim cloud competition"""
)
"""Words of agencies that schools use too: one of them alone tells nothing."""
AGENCY_SUBJECT = re.compile(
    r"(?:the )?(?:state |federal |u\.?s\.? )?(?:department(?: of [a-z]+)?|sea|agency|ministry|bureau"
    r"|commission"
    r"|administration|secretary|state board|office of [a-z ]+)\b(?!s)(?! chairs?| heads?| meetings?"
    r"| teams?| leads?)"
)
OUTREACH = re.compile(
    r"\b(?:outreach|reach(?:es|ing)? out|engag(?:e|es|ing)(?: with)?|stakeholder engagement"
    r"|awareness campaign|raise awareness"
    r"|increase awareness|communicate with|publicity|marketing)\b"
)

ACTION_VERBS = _verbs(
    """implement develop create train teach review identify host present gather collect conduct schedule
    establish
    meet hold publish revise update purchase buy hire install distribute administer analyze monitor track
    plan write
    design complete finalize adopt assign form launch pilot roll rollout facilitate attend participate
    deliver observe model
    coach contact call send post use utilize incorporate embed align map pace clarify audit select order
    organize
    communicate share assess evaluate determine tune issue award release deploy test recruit survey visit
    document
    submit draft work collaborate assemble convene recommend approve invite offer set begin start introduce
    replace
    receive apply practice lead examine study record screen refer enter calibrate differentiate reteach
    compile
    add open appoint print translate mail give run pull upload log greet confer assign chart observe debrief
    post
    disaggregate discuss explain define score report rate administer integrate teach run replicate migrate
    execute
    expand spread transition convert verify inspect renovate repair build upgrade allocate fund secure
    contract
    supply equip enroll register notify certify license negotiate sign hold ask bring take open close meet
    co-teach
    rehearse adjust regroup unpack deconstruct post display score grade return open set produce circulate show
    employ outline frame host partner participate provide finish expose onboard make stand pair"""
)
VAGUE_VERBS = _verbs(
    """ensure insure assure foster promote support enhance improve strengthen provide optimize transform
    encourage
    cultivate embrace
    empower inspire value strive perfect nurture engage expand leverage advance prepare commit build
    maintain increase
    maximize elevate deepen focus address continue honor develop grow sustain boost accelerate achieve raise
    challenge attract retain believe respect aspire work seek close explore reach become be create help enable
    celebrate recognize instill motivate serve meet address refine enrich broaden energize reinforce"""
)
CHANGE_VERBS = _verbs(
    """increase decrease reduce raise improve decline drop lower double halve triple close narrow grow rise
    maintain
    exceed reach fall cut move go gain climb shrink boost average remain stay"""
)
OUTCOME_VERBS = _verbs(
    """score achieve reach pass demonstrate read master graduate grow earn meet exceed feel report agree
    know show
    perform attain count attend enroll exit gain answer solve identify write advance progress improve respond
    express perfect become qualify average"""
)
CONCRETE_VERBS = _verbs(
    """order hire purchase buy assign recruit install print mail schedule invite appoint submit distribute
    post upload
    translate renovate repair call email interview enroll register administer host compile draft convene pilot
    finalize map screen disaggregate observe tutor reteach regroup log record collect pull display supply
    equip laminate assemble audit norm calibrate co-teach debrief contact notify attend"""
)
SAYING_VERBS = _verbs("report agree feel say indicate respond name rate answer express believe")
AGENCY_VERBS = _verbs(
    "award issue publish deploy migrate disseminate replicate promulgate obligate release execute"
)


def count(pattern: re.Pattern[str], text: str) -> int:
    """Return how often a class of wording occurs."""
    return sum(1 for _match in pattern.finditer(text))


def forms(verbs: Iterable[str], word: str) -> bool:
    """Say whether *word* is a form of one of the verbs of a class."""
    return stem(word) in verbs
