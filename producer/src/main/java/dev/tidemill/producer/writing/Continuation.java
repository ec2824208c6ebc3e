package dev.tidemill.producer.writing;

import dev.tidemill.producer.requests.Answer;
import dev.tidemill.producer.requests.AnswerListener;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleSource;
import dev.tidemill.producer.source.SourceDescription;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A text that a model writes on: both the samples that a caller asks about and the listener that
 * hears the answers. Each sample is the text's last bytes; a byte drawn from its answer is written
 * behind them, and makes the next sample. So there is a sample only once the one before it was
 * answered, and every byte is one answer. Any thread.
 */
public final class Continuation implements SampleSource, AnswerListener {

  /** Hears what is written. */
  public interface Reader {
    /**
     * A byte more.
     *
     * @param value 0 to 255
     * @param version of the model, which may be followed by a newer one within a text
     */
    void written(int value, long version);
  }

  private static final int BYTES = 256;

  private final ByteDraw draw;
  private final Reader reader;
  private final long count;
  private final byte[] window;
  private long asked;
  private long answered;
  private @Nullable String fault;

  /**
   * @param prompt what the text begins with; line ends stand before one that is shorter than the
   *     window, and only the end of a longer one is looked at
   * @param length of the window that the model takes
   * @param count bytes to write
   * @param reader hears each byte as it comes
   */
  public Continuation(byte[] prompt, int length, long count, ByteDraw draw, Reader reader) {
    this.draw = draw;
    this.reader = reader;
    this.count = count;
    this.window = new byte[length];
    Arrays.fill(window, (byte) '\n');
    int kept = Math.min(length, prompt.length);
    System.arraycopy(prompt, prompt.length - kept, window, length - kept, kept);
  }

  /** Why the text ended before its last byte; empty if it did not. */
  public synchronized Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  @Override
  public SourceDescription description() {
    return new SourceDescription(
        "continuation",
        OptionalLong.of(count),
        false,
        List.of((long) window.length),
        null,
        Map.of());
  }

  @Override
  public SampleReader read(long place) {
    return new Samples();
  }

  @Override
  public synchronized void answered(Answer answer) {
    if (fault != null) {
      return; // It comes late: the text has ended.
    }
    if (answer.isError()) {
      end("the model refused to go on: " + answer.prediction().getError());
      return;
    }
    List<Float> probabilities = answer.prediction().getOutputs();
    if (probabilities.isEmpty() || probabilities.size() > BYTES) {
      end("an answer has " + probabilities.size() + " probabilities, not one for each byte");
      return;
    }
    int next = draw.next(probabilities);
    System.arraycopy(window, 1, window, 0, window.length - 1);
    window[window.length - 1] = (byte) next;
    answered++;
    reader.written(next, answer.prediction().getModelVersion());
    notifyAll();
  }

  @Override
  public synchronized void overdue(int requests) {
    end("no answer came in time");
  }

  @Override
  public void refused(String reason) {
    throw new IllegalStateException("samples of this source are never refused: " + reason);
  }

  private void end(String why) {
    fault = why + ", after " + answered + " of " + count + " bytes";
    notifyAll();
  }

  private synchronized boolean ended() {
    return fault != null || asked == count;
  }

  private synchronized @Nullable Sample next(long waitNanos) throws InterruptedException {
    long deadline = System.nanoTime() + waitNanos;
    while (answered < asked && fault == null) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return null;
      }
      // Rounded up: a wait of 0 ms would have no end.
      wait(left / 1_000_000 + 1);
    }
    if (ended()) {
      return null;
    }
    ByteBuffer data = ByteBuffer.wrap(window.clone()).asReadOnlyBuffer();
    return new Sample(asked++, DType.UINT8, List.of((long) window.length), data, null);
  }

  private final class Samples implements SampleReader {
    @Override
    public @Nullable Sample next(long waitNanos) throws InterruptedException {
      return Continuation.this.next(waitNanos);
    }

    @Override
    public boolean ended() {
      return Continuation.this.ended();
    }
  }
}
