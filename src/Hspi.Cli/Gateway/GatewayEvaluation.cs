using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hspi.Backends.Endpoint;
using Hspi.Collection;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Verdicts;

namespace Hspi.Cli.Gateway;

/// <summary>Enrols servers, puts gateways of all kinds in front of them, and counts what <c>hspi verify</c> says about true and false claims.</summary>
/// <param name="platforms">What is served; each is enrolled, and each is audited.</param>
/// <param name="arms">What gateways do.</param>
/// <param name="seeds">Seeds of the enrolled prompts; each audit is made once for each.</param>
/// <param name="llama">Real servers among the platforms; null for none.</param>
/// <param name="say">Hears how far it is.</param>
internal sealed class GatewayEvaluation(IReadOnlyList<Platform> platforms, IReadOnlyList<GatewayArm> arms, IReadOnlyList<ulong> seeds, LlamaServers? llama, Action<string> say)
{
    private const string Probes = "random-words";
    private const int Prompts = 24;
    private const int QuietSamples = 2;
    private const int CallersEnrolled = 3;
    private const int BusySamples = 4;

    /// <summary>More than any audit needs: limits have tests of their own.</summary>
    private const int MostCalls = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("hspi-gateway-").FullName;

    /// <summary>Everything, in a temporary folder that is deleted at the end.</summary>
    public async Task<IReadOnlyList<ArmScore>> RunAsync(CancellationToken cancellationToken)
    {
        using var pool = new ServePool(llama);
        try
        {
            List<(GatewayArm Arm, string Server, Verdict Verdict)> audits = [];
            foreach (var seed in seeds)
            {
                var served = platforms.Select(platform => new Audited(pool, platform, platforms, seed)).ToList();
                var quiet = await EnrolAsync(served, seed, callers: 0, cancellationToken);
                var busy = served.Exists(one => one.IsBusy) && (arms.Any(arm => arm.Callers > 0) || served.Exists(one => pool.IsLive(one.Platform))) ? await EnrolAsync(served.FindAll(one => one.IsBusy || one.IsLieBusy), seed, CallersEnrolled, cancellationToken) : quiet;
                foreach (var one in served)
                {
                    foreach (var arm in arms.Where(arm => arm.Fits(one)))
                    {
                        audits.Add((arm, one.Platform.ToString(), await AuditAsync(arm, new Audited(pool, one.Platform, platforms, SeedOf($"{seed} {one.Platform} {arm.Name}")), arm.Callers > 0 || pool.IsLive(one.Platform) ? busy : quiet, cancellationToken)));
                    }

                    say(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {audits.Count} audits, {one.Platform}"));
                }
            }

            return [.. arms.Select(arm => ArmScore.Of(arm, [.. audits.Where(audit => audit.Arm == arm).Select(audit => (audit.Server, audit.Verdict))])).Where(score => score.Audits > 0)];
        }
        finally
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>A seed of its own for each audit, so that no two gateways choose alike.</summary>
    private static ulong SeedOf(string audit) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(audit)));

    /// <summary>Asks every server as <c>hspi collect --endpoint</c> does.</summary>
    private async Task<EnrolledReferences> EnrolAsync(List<Audited> served, ulong seed, int callers, CancellationToken cancellationToken)
    {
        var output = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{seed}-{callers}.parquet"));
        var set = ProbeLibrary.Default().Make(Probes, seed, Prompts);
        foreach (var one in served)
        {
            say(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: enrols {one.Platform}{(callers > 0 ? " among callers" : "")}"));
            await using var gateway = await GatewayServer.StartAsync(callers > 0 ? one.BusyAsync : one.OwnAsync);
            var client = new EndpointClient(new EndpointOptions { Address = gateway.Address }, null, new Budget(new BudgetLimits(MostCalls: int.MaxValue, MostTokens: long.MaxValue)), TimeProvider.System);
            var seen = await CapabilityProbe.AskAsync(client, "", dialect: null, provider: "", cancellationToken);
            // Nothing of it is paid for: saved every few seconds.
            var target = CollectTarget.OfEndpoint(one.Platform, client, seen, seen.Alternatives, host: "") with
            {
                Costly = false,
                Crowd = callers > 0 ? new Crowd(callers, BusySamples, _ => false) : null,
            };
            var outcome = await new Collector([set], QuietSamples, output, TimeProvider.System).RunAsync([target], new Silent(), cancellationToken);
            if (outcome.Failures is [var failure, ..])
            {
                throw new HspiException($"{failure.Platform}: {failure.Failure}");
            }
        }

        return await EnrolledReferences.ReadAsync([output], cancellationToken);
    }

    private async Task<Verdict> AuditAsync(GatewayArm arm, Audited audited, EnrolledReferences references, CancellationToken cancellationToken)
    {
        await using var gateway = await GatewayServer.StartAsync(request => arm.Answer(audited, request));
        await using var callers = arm.Callers > 0 ? new Callers(arm.Callers, gateway.Address) : null;
        var evidence = Path.Combine(_folder, "audit.evidence.gz");
        try
        {
            await Audit.RunAsync(
                new InterviewSettings
                {
                    Endpoint = new EndpointOptions { Address = gateway.Address, FirstPause = TimeSpan.FromMilliseconds(5) },
                    Claim = ClaimOf(arm.Kind, audited.Platform),
                    References = references,
                    Limits = new BudgetLimits(MostCalls, long.MaxValue),
                },
                evidence,
                progress: null,
                cancellationToken);
        }
        catch (HspiException)
        {
            // Whoever gave up there judges what came until then.
        }

        var verdict = Examination.Of(EvidenceFile.Load(evidence)).Conclusion.Verdict;
        File.Delete(evidence);
        return verdict;
    }

    /// <summary>Everything that a provider could say about it; of two versions, what is true of both.</summary>
    private static PlatformClaim ClaimOf(ArmKind kind, Platform platform) => new(PlatformText.Keys
        .Where(key => key is not ("engine" or "version") && (kind != ArmKind.Replicas || key is "precision" or "device"))
        .Select(key => (key, Value: PlatformText.ValueOf(platform, key)))
        .Where(column => column.Value.Length > 0)
        .ToDictionary(column => column.key, column => column.Value, StringComparer.Ordinal));

    private sealed class Silent : IProgress<CollectProgress>
    {
        public void Report(CollectProgress value) { }
    }
}

/// <summary>Verdicts about one kind of gateway.</summary>
/// <param name="Arm">Its name.</param>
/// <param name="Kind">Whether the claim was true.</param>
/// <param name="Servers">Servers that were audited so: audits of one server are not independent.</param>
/// <param name="Consistent">Audits with this verdict.</param>
/// <param name="Unknown">Audits with this verdict.</param>
/// <param name="Inconsistent">Audits with this verdict.</param>
/// <param name="NotRight">Each verdict that was not the right one: the server, and the reason that was given.</param>
internal sealed record ArmScore(string Arm, ArmKind Kind, int Servers, int Consistent, int Unknown, int Inconsistent, IReadOnlyList<MissedAudit> NotRight)
{
    /// <summary>All of them.</summary>
    public int Audits => Consistent + Unknown + Inconsistent;

    /// <summary>Audits with the right verdict.</summary>
    public int Right => Kind switch
    {
        ArmKind.Honest or ArmKind.Replicas => Consistent,
        ArmKind.Lie => Inconsistent,
        _ => Unknown + Inconsistent,
    };

    /// <summary>Audits with the wrong one; "unknown" never is.</summary>
    public int Wrong => Kind is ArmKind.Honest or ArmKind.Replicas ? Inconsistent : Consistent;

    public static ArmScore Of(GatewayArm arm, IReadOnlyList<(string Server, Verdict Verdict)> audits) => new(
        arm.Name,
        arm.Kind,
        audits.Select(audit => audit.Server).Distinct().Count(),
        audits.Count(audit => audit.Verdict is Verdict.Consistent),
        audits.Count(audit => audit.Verdict is Verdict.Unknown),
        audits.Count(audit => audit.Verdict is Verdict.Inconsistent),
        [.. audits.Select(audit => Missed(arm.Kind, audit.Server, audit.Verdict)).OfType<MissedAudit>()]);

    private static MissedAudit? Missed(ArmKind kind, string server, Verdict verdict) => (kind, verdict) switch
    {
        (ArmKind.Honest or ArmKind.Replicas, Verdict.Inconsistent accused) => new(server, IsWrong: true, accused.Reason),
        (ArmKind.Lie or ArmKind.Silent, Verdict.Consistent passed) => new(server, IsWrong: true, passed.Reason),
        (not ArmKind.Silent, Verdict.Unknown unknown) => new(server, IsWrong: false, unknown.Reason),
        _ => null,
    };
}

/// <summary>An audit without the right verdict.</summary>
/// <param name="Server">Whose.</param>
/// <param name="IsWrong">Whether the verdict was the opposite of the right one; else it was unknown.</param>
/// <param name="Reason">As the verdict gave it.</param>
internal sealed record MissedAudit(string Server, bool IsWrong, string Reason);
