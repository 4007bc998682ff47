"""Papers as agencies of every kind arrange them, made up: what stands where, and what their fields are.

Sources of the arrangements: Decree 30/2020/NĐ-CP annex I, Circular 01/2011/TT-BNV before it, Guideline 36-HD/VPTW of
the Party's central office, and heads of papers that ministries and provinces publish.
"""

from __future__ import annotations

from tests.pipeline.extract.layouts.communes import COMMUNES
from tests.pipeline.extract.layouts.departments import DEPARTMENTS
from tests.pipeline.extract.layouts.government import GOVERNMENT
from tests.pipeline.extract.layouts.institutions import INSTITUTIONS
from tests.pipeline.extract.layouts.justice_and_arms import JUSTICE_AND_ARMS
from tests.pipeline.extract.layouts.party import PARTY_AND_UNIONS
from tests.pipeline.extract.layouts.provinces import PROVINCES
from tests.pipeline.extract.layouts.services import SERVICES

PAPERS = [
    *GOVERNMENT,
    *SERVICES,
    *PROVINCES,
    *COMMUNES,
    *DEPARTMENTS,
    *PARTY_AND_UNIONS,
    *JUSTICE_AND_ARMS,
    *INSTITUTIONS,
]
