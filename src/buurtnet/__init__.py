"""Buurtnet: neighbours who ask and neighbours who offer, brought together by proximity and theme, with a social worker at the centre."""
