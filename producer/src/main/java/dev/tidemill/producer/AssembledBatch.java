package dev.tidemill.producer;

import dev.tidemill.schemas.TrainingBatch;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that is ready to be sent.
 *
 * @param batch the record; null if all samples were left out
 * @param samples number of samples in it
 * @param letters the dead letters of samples that were left out
 * @param before the source's position before it
 * @param after the source's position after it
 */
record AssembledBatch(
    @Nullable TrainingBatch batch,
    int samples,
    List<ProducerRecord<byte[], byte[]>> letters,
    SourcePosition before,
    SourcePosition after) {}
