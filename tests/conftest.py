"""What every test shares."""

from hypothesis import HealthCheck, settings

# The clock says nothing about behaviour: a busy machine must not fail a property.
settings.register_profile("campusctl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("campusctl")
