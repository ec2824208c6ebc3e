package dev.tidemill.cli.demo;

import dev.tidemill.producer.source.IndexedSource;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The samples of a demo.
 *
 * @param train samples to train on
 * @param test samples that the last version is asked for
 * @param askedAt returns the samples that are requested during training; it is given what says how
 *     many samples were trained
 */
public record DemoSamples(
    IndexedSource train, IndexedSource test, Function<LongSupplier, IndexedSource> askedAt) {}
