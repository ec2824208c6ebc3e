package dev.tidemill.producer;

import dev.tidemill.schemas.TrainingBatch;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as they come, without transactions: a retry writes none twice, and a run that is
 * killed is not gone on with.
 */
final class IdempotentSink implements BatchSink {
  private final Destination to;
  private final String clientId;
  private final byte[] key;
  private @Nullable Outlet outlet;

  IdempotentSink(Destination to, String clientId, String sourceKey) {
    this.to = to;
    this.clientId = clientId;
    this.key = sourceKey.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public SourcePosition open() {
    outlet = new Outlet(to.clients().bulkProducer(clientId));
    return SourcePosition.BEGINNING;
  }

  @Override
  public void send(TrainingBatch batch, SourcePosition after) {
    if (outlet != null) {
      outlet.send(to.codec().record(to.topics().batches(), key, batch));
    }
  }

  @Override
  public void tick() {
    if (outlet != null) {
      outlet.check();
    }
  }

  @Override
  public void flush() {
    if (outlet != null) {
      outlet.flush();
    }
  }

  @Override
  public void complete() {
    flush();
  }

  @Override
  public void close() {
    if (outlet != null) {
      outlet.close();
    }
  }
}
