package dev.tidemill.producer.requests;

import dev.tidemill.messaging.SchemaWait;
import dev.tidemill.producer.Deliveries;
import dev.tidemill.producer.Destination;
import dev.tidemill.producer.SendPacer;
import dev.tidemill.producer.StopSignal;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.runtime.Duty;
import dev.tidemill.schemas.Label;
import dev.tidemill.schemas.PredictionRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Sends a source's samples as requests at the configured rate, once the listener is ready. */
final class RequestDuty implements Duty, Deliveries {
  private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final String name;
  private final Destination to;
  private final SampleSource source;
  private final RequestSettings settings;
  private final RawRequests requests;
  private final Conversation conversation;
  private final LongSupplier nanoTime;
  private final SchemaWait schemas;
  private final SendPacer pace;
  private final StopSignal stop = new StopSignal();
  private @Nullable SampleReader reader;
  private volatile @Nullable RequestSink sink;
  private long taken;

  RequestDuty(
      String name,
      Destination to,
      SampleSource source,
      RequestSettings settings,
      RawRequests requests,
      Conversation conversation,
      LongSupplier nanoTime) {
    this.name = name;
    this.to = to;
    this.source = source;
    this.settings = settings;
    this.requests = requests;
    this.conversation = conversation;
    this.nanoTime = nanoTime;
    this.schemas = to.schemaWait(types(to, settings), nanoTime);
    this.pace = new SendPacer(settings.rate(), nanoTime);
  }

  private static Map<String, Class<? extends SpecificRecord>> types(
      Destination to, RequestSettings settings) {
    Map<String, Class<? extends SpecificRecord>> types = new HashMap<>();
    types.put(to.topics().requests(), PredictionRequest.class);
    if (settings.sendLabels()) {
      types.put(to.topics().labels(), Label.class);
    }
    return types;
  }

  @Override
  public String roleName() {
    return name;
  }

  @Override
  public void onStart() {
    reader = source.read(0);
    sink = new RequestSink(to, name, settings, requests, conversation.caller(), Clock.systemUTC());
  }

  @Override
  public boolean doWork() throws InterruptedException {
    SampleReader from = reader;
    RequestSink open = sink;
    if (from == null || open == null || from.ended() || conversation.isStopped()) {
      return false;
    }
    if (!schemas.isOver()) {
      stop.await(MAX_WAIT_NANOS);
      return true;
    }
    long wait = conversation.canSend() ? pace.nanosUntil(taken) : MAX_WAIT_NANOS;
    if (wait > 0) {
      stop.await(Math.min(wait, MAX_WAIT_NANOS));
      return true;
    }
    Sample raw = next(from);
    if (raw != null) {
      taken++;
      Sample sample = requests.labeled(raw);
      String id = RequestIds.of(settings.idPrefix(), sample);
      // Recorded before sending, because the request must be known when its answer arrives.
      conversation.sending(sample, id, nanoTime.getAsLong());
      open.send(sample, id);
    }
    return true;
  }

  private @Nullable Sample next(SampleReader from) throws InterruptedException {
    try {
      return from.next(MAX_WAIT_NANOS);
    } catch (MalformedSampleException e) {
      if (source.description().repeatable()) {
        throw e;
      }
      conversation.refused(String.valueOf(e.getMessage()));
      return null;
    }
  }

  @Override
  public void wakeUp() {
    stop.stop();
  }

  @Override
  public void onClose() {
    try {
      if (reader != null) {
        reader.close();
      }
      RequestSink open = sink;
      if (open != null) {
        open.close();
      }
    } finally {
      conversation.allSent();
    }
  }

  @Override
  public long pending() {
    RequestSink open = sink;
    return open == null ? 0 : open.deliveries().pending();
  }

  @Override
  public Duration waiting() {
    RequestSink open = sink;
    return open == null ? Duration.ZERO : open.deliveries().waiting();
  }
}
