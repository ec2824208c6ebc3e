package dev.tidemill.producer.source.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.contract.DeriveOptions;
import dev.tidemill.producer.source.MalformedSampleException;
import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.producer.source.SampleReader;
import dev.tidemill.producer.source.SampleReaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StreamedLinesTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(10);

  @Test
  void returnsEachLineAsItArrives() throws IOException, InterruptedException {
    PipedInputStream in = new PipedInputStream();
    try (PipedOutputStream out = new PipedOutputStream(in);
        SampleReader reader =
            new StreamedLines(in, "pipe", Long.MAX_VALUE, DeriveOptions.DEFAULT).read(0)) {
      assertThat(reader.next(1)).isNull();
      assertThat(reader.ended()).isFalse();
      out.write(bytes("{\"inputs\":[1],\"label\":4}\n"));
      out.flush();
      assertThat(reader.next(LONG)).extracting(Sample::label).isEqualTo(new SampleLabel.Raw(4L));
      assertThat(reader.ended()).isFalse();
    }
  }

  @Test
  void continuesAfterMalformedLine() throws InterruptedException {
    String text = "{\"inputs\":[1],\"label\":0}\nnonsense\n{\"inputs\":[1],\"label\":1}";
    SampleReader reader = lines(text, Long.MAX_VALUE).read(0);
    assertThat(reader.next(LONG)).extracting(Sample::index).isEqualTo(0L);
    assertThatThrownBy(() -> reader.next(LONG))
        .isInstanceOf(MalformedSampleException.class)
        .hasMessageStartingWith("stdin line 2: not JSON");
    assertThat(reader.next(LONG)).as("numbered by line").extracting(Sample::index).isEqualTo(2L);
    assertThat(reader.next(LONG)).isNull();
    assertThat(reader.ended()).isTrue();
  }

  @Test
  void skipsAByteOrderMark() throws InterruptedException {
    SampleReader reader = lines("\uFEFF{\"inputs\":[6.5],\"label\":2}\n", Long.MAX_VALUE).read(0);
    assertThat(reader.next(LONG)).extracting(Sample::index).isEqualTo(0L);
    assertThat(reader.next(LONG)).isNull();
    assertThat(reader.ended()).isTrue();
  }

  @Test
  void stopsAtTheLimit() {
    String line = "{\"inputs\":[1],\"label\":0}\n";
    assertThat(SampleReaders.all(lines(line.repeat(1000), 3))).hasSize(3);
  }

  @Test
  void reportsFailedRead() {
    SampleReader reader =
        new StreamedLines(new PipedInputStream(), "stdin", 9, DeriveOptions.DEFAULT).read(0);
    assertThatThrownBy(() -> reader.next(LONG)).hasMessage("cannot read stdin: Pipe not connected");
    assertThat(reader.ended()).isTrue();
  }

  @Test
  void reportsErrorOfReadingThread() {
    InputStream in =
        new InputStream() {
          @Override
          public int read() {
            throw new OutOfMemoryError("Java heap space");
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            return read();
          }
        };
    SampleReader reader = new StreamedLines(in, "stdin", 9, DeriveOptions.DEFAULT).read(0);
    assertThatThrownBy(() -> reader.next(LONG))
        .hasMessageContaining("cannot continue to read stdin");
    assertThat(reader.ended()).isTrue();
  }

  @Test
  void returnsLinesReadBeforeStop() throws IOException, InterruptedException {
    PipedInputStream in = new PipedInputStream();
    try (PipedOutputStream out = new PipedOutputStream(in);
        SampleReader reader =
            new StreamedLines(in, "pipe", Long.MAX_VALUE, DeriveOptions.DEFAULT).read(0)) {
      String line = "{\"inputs\":[1],\"label\":0}\n";
      out.write(bytes(line.repeat(3)));
      out.flush();
      assertThat(reader.next(LONG)).extracting(Sample::index).isEqualTo(0L);
      reader.stop();
      for (long i = 1; i < 3; i++) {
        assertThat(reader.next(LONG)).extracting(Sample::index).isEqualTo(i);
      }
      while (!reader.ended()) {
        assertThat(reader.next(1)).isNull();
      }
    }
  }

  @Test
  void reportsLineCutOffByStop() throws IOException, InterruptedException {
    PipedInputStream in = new PipedInputStream();
    try (PipedOutputStream out = new PipedOutputStream(in);
        SampleReader reader =
            new StreamedLines(in, "pipe", Long.MAX_VALUE, DeriveOptions.DEFAULT).read(0)) {
      out.write(bytes("{\"inputs\":[1],\"label\":0}\n{\"inputs\":"));
      out.flush();
      assertThat(reader.next(LONG)).extracting(Sample::index).isEqualTo(0L);
      reader.stop();
      assertThatThrownBy(
              () -> {
                while (!reader.ended()) {
                  assertThat(reader.next(1)).isNull();
                }
              })
          .isInstanceOf(MalformedSampleException.class)
          .hasMessageContaining("pipe");
    }
  }

  private static StreamedLines lines(String text, long limit) {
    return new StreamedLines(
        new ByteArrayInputStream(bytes(text)), "stdin", limit, DeriveOptions.DEFAULT);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
