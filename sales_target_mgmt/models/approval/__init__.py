from . import res_users
from . import stm_state_mixin
from . import stm_approval_change
from . import stm_approval_level_mixin
from . import stm_approval_mixin
