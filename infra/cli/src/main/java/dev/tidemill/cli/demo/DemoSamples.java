package dev.tidemill.cli.demo;

import dev.tidemill.producer.source.IndexedSource;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The samples of a demo.
 *
 * @param train samples to train on
 * @param test samples that the last version is asked for
 * @param requests creates the source of the requests that are sent during training; its argument
 *     supplies the number of trained samples
 */
public record DemoSamples(
    IndexedSource train, IndexedSource test, Function<LongSupplier, IndexedSource> requests) {}
