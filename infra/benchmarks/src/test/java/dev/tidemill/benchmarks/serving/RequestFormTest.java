package dev.tidemill.benchmarks.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemill.schemas.PredictionRequest;
import dev.tidemill.schemas.wire.SingleObjectFormat;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestFormTest {
  private final List<byte[]> images = RequestForm.images();

  @Test
  void anEncodedRequestHasItsNumberAndImage() {
    RequestForm form = RequestForm.named("avro");
    for (long number : new long[] {0, 7, 300, 123_456_789_012L}) {
      PredictionRequest request =
          new SingleObjectFormat().decode("requests", form.value(number), PredictionRequest.class);
      assertThat(Long.parseLong(request.getRequestId())).isEqualTo(number);
      assertThat(request.getInputs().getShape()).containsExactly(1L, 28L, 28L);
      assertThat(request.getInputs().getData())
          .isEqualTo(ByteBuffer.wrap(images.get((int) (number % images.size()))));
    }
  }

  @Test
  void aRawRequestIsTheImageAlone() {
    assertThat(RequestForm.named("raw").value(300)).isEqualTo(images.get(300 % images.size()));
  }

  @Test
  void anAnswersKeyHasTheRequestsNumber() {
    for (long number : new long[] {0, 255, 256, Long.MAX_VALUE}) {
      assertThat(RequestForm.number(RequestForm.key(number))).isEqualTo(number);
    }
  }

  @Test
  void rejectsAKeyOfAnotherLength() {
    assertThatThrownBy(() -> RequestForm.number(new byte[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an answer's key has 3 bytes instead of 8");
  }
}
