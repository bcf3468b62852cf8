from . import stm_skill
from . import stm_ability
from . import stm_ability_past
