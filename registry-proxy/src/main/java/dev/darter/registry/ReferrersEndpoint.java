package dev.darter.registry;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.codec.http.HttpHeaders;

import dev.darter.protocol.Bytes;
import dev.darter.registry.TagResolver.Freshness;
import dev.darter.registry.upstream.UpstreamAnswer;

/**
 * {@code GET} of what refers to a manifest: signatures, bills of materials. The list changes, so the upstream is asked each time. While it is down
 * its last answer serves, as for tags: there are runtimes whose pull fails without an answer, be it that there is no such list.
 */
final class ReferrersEndpoint {

    /** Clients refuse longer ones, as they do manifests. */
    private static final int LONGEST = Manifest.LONGEST;
    private static final long MOST_BYTES = 16 << 20;
    /** What an entry takes besides its list. */
    private static final int OVERHEAD = 1024;

    /**
     * As the client asked it: links to further pages are in the words of its style. An answer is its caller's own: where others may not look, a
     * registry may say to them that there is nothing.
     */
    private record Question(CallerId caller, Address address, Optional<String> query) {}

    private sealed interface Answer {
        record Listed(HttpHeaders headers, Bytes list) implements Answer {}

        /** The registry keeps no such lists, or knows of no such manifest. */
        record Nothing(Verdict.Refused why) implements Answer {}
    }

    private final PassThrough passThrough;
    private final Access access;
    private final OutageMemory outages;
    private final Cache<Question, Answer> remembered = Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((Question _, Answer answer) -> OVERHEAD + (answer instanceof Answer.Listed listed ? listed.list().length() : 0))
            .executor(Runnable::run)
            .build();

    ReferrersEndpoint(PassThrough passThrough, Access access, OutageMemory outages) {
        this.passThrough = passThrough;
        this.access = access;
        this.outages = outages;
    }

    void handle(Pull pull, Route.Referrers route) throws RefusedException, IOException, InterruptedException {
        if (pull.isHead()) {
            passThrough.forward(pull);
            return;
        }
        Question question = new Question(pull.caller().id(), pull.address(), Query.withoutNamespace(pull.exchange().target()));
        AtomicReference<Answer> told = new AtomicReference<>();
        Verdict verdict = outages.orElse(pull.registry(), () -> ask(pull, question, told));
        Optional<Answer> answer = Optional.ofNullable(told.get());
        answer.ifPresent(current -> remembered.put(question, current));
        switch (verdict) {
            case Verdict.Admitted _ -> answer(pull, answer.orElseThrow(), Freshness.CURRENT);
            case Verdict.Refused refused -> throw Verdicts.refusal(pull, ErrorCode.MANIFEST_UNKNOWN, refused);
            case Verdict.Outage outage ->
                answer(pull, lastKnown(pull, route, question).orElseThrow(() -> Verdicts.unavailable(pull, outage)),
                        Freshness.LAST_KNOWN);
        }
    }

    private Verdict ask(Pull pull, Question question, AtomicReference<Answer> told) throws IOException, InterruptedException {
        try (UpstreamAnswer answer = passThrough.ask(pull, "/v2/" + pull.address().path(), question.query())) {
            Verdict verdict = Verdicts.of(answer);
            switch (verdict) {
                case Verdict.Admitted _ ->
                    told.set(new Answer.Listed(PassThrough.headers(pull, answer), Bytes.of(answer.readAll(LONGEST))));
                case Verdict.Refused refused when refused.status() == 404 -> told.set(new Answer.Nothing(refused));
                case Verdict.Refused _,Verdict.Outage _ -> {
                    // Nothing to remember.
                }
            }
            return verdict;
        }
    }

    /** For those who may read the manifest. */
    private Optional<Answer> lastKnown(Pull pull, Route.Referrers route, Question question) {
        return access.servesInOutage(pull, ContentKind.MANIFEST, route.repository(), route.digest())
                ? Optional.ofNullable(remembered.getIfPresent(question))
                : Optional.empty();
    }

    private static void answer(Pull pull, Answer answer, Freshness freshness) throws RefusedException, IOException {
        switch (answer) {
            case Answer.Listed(HttpHeaders headers, Bytes list) -> {
                HttpHeaders all = headers.copy();
                if (freshness == Freshness.LAST_KNOWN) {
                    all.set("Warning", "110 darter \"Response is Stale\"");
                }
                pull.exchange().respond(200, all, list.toArray());
            }
            case Answer.Nothing(Verdict.Refused why) -> throw Verdicts.refusal(pull, ErrorCode.MANIFEST_UNKNOWN, why);
        }
    }
}
