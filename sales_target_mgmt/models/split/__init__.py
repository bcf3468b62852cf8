from . import stm_split
from . import stm_split_default
from . import sale_order
from . import res_company
from . import res_config_settings
from . import res_partner
from . import crm_team
