from . import stm_target_xlsx
from . import stm_market_xlsx
from . import stm_commission_payroll
from . import stm_commission_portal
from . import stm_commission_portal_dispute
from . import stm_commission_portal_open
from . import stm_account_statement_portal
from . import stm_account_statement_xlsx
