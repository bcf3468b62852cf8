from . import stm_target_xlsx
