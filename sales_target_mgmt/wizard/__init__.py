from . import stm_health
