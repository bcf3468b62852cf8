from . import stm_target_reserve
from . import stm_target_difference
from . import stm_target_group_report
from . import stm_target_xlsx
from . import stm_market_xlsx
from . import stm_territory_balance
from . import stm_territory_balance_source
