from . import stm_quota
from . import stm_quota_lines
from . import stm_quota_page
from . import stm_quota_excluded
from . import crm_team
from . import stm_quota_proposal
from . import stm_target_plan_what_if
