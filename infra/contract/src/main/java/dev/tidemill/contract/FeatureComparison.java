package dev.tidemill.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A feature's values in some samples, beside the data that the contract was derived from. Means and
 * deviations are those of the raw values.
 *
 * @param missing samples without a value; null if they were filled and cannot be told apart
 * @param outside values outside the reference's range
 * @param mean null for categories, and without a value; so is the deviation
 * @param referenceMean null if the reference was not measured
 * @param stability the population stability index; null without a reference
 * @param categories their names; empty for numbers, whose bins have no names
 * @param counts samples by category, or by the reference's bins
 * @param referenceCounts the same of the reference
 * @param finding how they differ, beyond what chance explains; null if they do not
 */
public record FeatureComparison(
    String feature,
    long samples,
    @Nullable Long missing,
    long outside,
    @Nullable Double mean,
    @Nullable Double deviation,
    @Nullable Double referenceMean,
    @Nullable Double referenceDeviation,
    @Nullable Double stability,
    List<String> categories,
    List<Long> counts,
    List<Long> referenceCounts,
    @Nullable String finding) {}
