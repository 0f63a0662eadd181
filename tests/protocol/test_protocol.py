"""The protocol's numbers, typed here again from their documents."""

import dataclasses

import pytest

from igmfat_nb.protocol import constants, criteria, populations, product
from igmfat_nb.protocol.register import sourced_constants
from igmfat_nb.protocol.sources import OURS

PUBLISHED = [
    (constants.SAMPLE_SIZE, 356),
    (constants.CENTRES, 12),
    (constants.STANDARD_DOSE, 250),
    (constants.STANDARD_DAYS, 3),
    (constants.TARGET_TITRE, 100),
    (constants.PERSONALISED_MAX_DAYS, 7),
    (constants.ENROLMENT_TITRE, 60),
    (constants.ENROLMENT_AGE, 18),
    (constants.MAXIMUM_BMI, 40),
    (constants.MINIMUM_NEUTROPHILS, 1000),
    (constants.RENAL_CREATININE, 3.4),
    (constants.RENAL_CLEARANCE, 30),
    (product.PROTEIN, 50),
    (product.IGM, 6),
    (product.IGA, 6),
    (product.IGG, 38),
    (product.GLUCOSE, 25),
    (product.SODIUM, 0.078),
    (product.VIAL_SIZES, (10, 50, 100)),
    (product.LABEL_RATE, 0.4),
    (product.ALTERNATIVE_SECOND_RATE, 0.2),
    (product.ALTERNATIVE_TOTAL, 15),
    (product.INFANT_RATE, 1.7),
    (product.PRICE_PER_10_ML, 66.02),
    (product.PRICE_PER_50_ML, 330.10),
    (populations.NADLER_MALE, (0.3669, 0.03219, 0.6041)),
    (populations.NADLER_FEMALE, (0.3561, 0.03308, 0.1833)),
    (populations.NATIVE_HALF_LIFE, 5.1),
    (populations.INTRAVASCULAR_SHARE, 0.82),
    (populations.NATIVE_SYNTHESIS, 6.9),
]


@pytest.mark.parametrize(("constant", "value"), PUBLISHED)
def test_published_numbers_are_those_of_their_documents(constant, value):
    assert constant.value == value
    assert constant.status == "published"


@pytest.mark.parametrize(
    ("constant", "value"),
    [
        (constants.RECOVERY, 0.9),
        (constants.DOSE_DELAY, 2),
        (constants.MAINTENANCE_DOSE, 0),
        (populations.CLEARANCE_INTERMEDIATE, 1.7),
        (populations.CLEARANCE_FAST, 7.3),
        (populations.CENTRAL_VOLUME_CV, 0.2),
        (populations.CLEARANCE_CV, 0.5),
        (populations.RECOVERY_SD, 0.07),
        (populations.RECOVERY_LIMITS, (0.65, 1)),
        (populations.EXCHANGE_HALF_TIME_RANGE, (0.5, 2)),
        (populations.ASSAY_CV, 0.05),
    ],
)
def test_what_we_assume_is_marked_as_ours(constant, value):
    assert constant.value == value
    assert constant.status == "assumed"
    assert constant.source is OURS


@pytest.mark.parametrize(
    ("constant", "by_hand"),
    [
        (populations.NATIVE_FRACTIONAL_CLEARANCE, 0.693147 / 5.1 / 0.82),
        (product.VOLUME_PER_DAY_AT_LABEL_RATE, 0.4 * 24),
    ],
)
def test_derived_numbers_follow_from_the_published_ones(constant, by_hand):
    assert constant.value == pytest.approx(by_hand, rel=2e-3)
    assert constant.status == "derived"


def test_a_volume_of_the_label_is_the_dose_of_the_trial():
    assert constants.STANDARD_DOSE.value / product.PROTEIN.value == product.STANDARD_VOLUME.value


def test_every_constant_has_a_unit_a_place_and_a_status_and_ours_are_never_published():
    for name, constant in sourced_constants().items():
        assert constant.unit, name
        assert constant.locator, name
        assert (constant.source is OURS) == (constant.status == "assumed"), name
        assert constant.status == "published" or constant.note, name


def test_no_row_that_was_only_recalled_stands_in_the_product():
    text = repr(sourced_constants()) + repr(criteria.CRITERIA)

    assert "recalled" not in text
    assert "Lemmens" not in text


def test_codes_of_criteria_are_unique():
    codes = [s.code for s in criteria.CRITERIA + criteria.CONTRAINDICATIONS]

    assert len(set(codes)) == len(codes) == 17


def test_a_sourced_constant_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        constants.STANDARD_DOSE.value = 25
