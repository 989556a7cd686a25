package dev.darter.protocol;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BlobKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "https://r/", "https://r\nsha256", "https://r r", "https://\u00e4"})
    void refusesARegistryThatCouldBeMistakenInWhatIsSigned(String registry) {
        assertThatThrownBy(() -> new BlobKey(registry, Examples.BLOB.digest())).isInstanceOf(IllegalArgumentException.class);
    }
}
