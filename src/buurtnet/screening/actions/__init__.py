"""Reading texts, setting rules, counting false alarms, and loading the rules that come with the program."""

from buurtnet.screening.actions.judging import judge_alarm, judge_flags
from buurtnet.screening.actions.loading import load_rules, read_rules
from buurtnet.screening.actions.seeing import forget_sums, screen_text
from buurtnet.screening.actions.setting import add_theme, add_words, set_rule

__all__ = ["add_theme", "add_words", "forget_sums", "judge_alarm", "judge_flags", "load_rules", "read_rules", "screen_text", "set_rule"]
