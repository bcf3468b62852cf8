from . import res_company
from . import res_config_settings
from . import stm_receivable
from . import stm_account_statement
from . import stm_account_statement_make
from . import stm_account_statement_document
from . import stm_account_statement_answer
from . import stm_account_statement_cron
