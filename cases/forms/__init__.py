"""The forms of enterprises and cases. They check shape; what rows must be to each other is said by the services."""

from __future__ import annotations

from cases.forms.cases import ApplicationFields, CoAgencyForm, EditCaseForm, NewCaseForm
from cases.forms.enterprises import EditEnterpriseForm, EnterpriseForm, LenderForm, NewEnterpriseForm, PastUseForm
from cases.forms.procedure import DAY_NAMES, AdvanceForm, AssignForm, SwitchOffForm

__all__ = [
    "DAY_NAMES",
    "AdvanceForm",
    "ApplicationFields",
    "AssignForm",
    "CoAgencyForm",
    "EditCaseForm",
    "EditEnterpriseForm",
    "EnterpriseForm",
    "LenderForm",
    "NewCaseForm",
    "NewEnterpriseForm",
    "PastUseForm",
    "SwitchOffForm",
]
