from . import stm_class_mixin
from . import stm_customer_class
from . import stm_customer_profile
from . import stm_product_class
from . import stm_class_policy
from . import stm_class_refresh
from . import stm_care
from . import stm_customer_workload
