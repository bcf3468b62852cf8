from . import stm_health
from . import stm_target_reason
from . import stm_target_close
from . import stm_target_divide
from . import stm_target_spread
from . import stm_target_import
from . import stm_target_import_messages
