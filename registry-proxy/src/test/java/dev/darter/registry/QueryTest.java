package dev.darter.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    @ParameterizedTest
    @CsvSource({"/v2/?n=1&last=a%2Fb, n=1&last=a%2Fb", "/v2/?ns=x, ", "/v2/?ns, ", "/v2/, ", "/v2/?, ", "/v2/?n=1&ns=x&last=b, n=1&last=b",
            "/v2/?ns=x&n=1, n=1", "/v2/?n=1;ns=x;last=b, n=1;last=b", "/v2/?n=1&%6es=x, n=1", "/v2/?%6E%73=x;n=1, n=1", "/v2/?nst=1, nst=1",
            "/v2/?a=ns=b, a=ns=b", "/v2/?&&n=1, n=1"})
    void passesOnAllButTheNamespace(String target, String rest) throws Exception {
        assertThat(Query.withoutNamespace(target).orElse(null)).isEqualTo(rest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/?%6=x", "/v2/?n=a b", "/v2/?n=%zz"})
    void refusesWhatCanNotBeRead(String target) {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> Query.withoutNamespace(target));
    }
}
