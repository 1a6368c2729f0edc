using k8s;
using k8s.Models;
using TransferLearning.Tests.TestSupport;
using YamlDotNet.Core;

namespace TransferLearning.Tests.Documentation;

/// <summary>
/// The manifests of the pages are objects of Kubernetes: the types of its client, which are generated from the schema, know every field.
/// </summary>
public sealed class KubernetesTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "docs/scale-out.md"));

    [Fact]
    public void The_job_runs_every_shard_once_without_rights_and_writes_only_where_it_must()
    {
        var job = Read<V1Job>(Manifest("Job"));

        Assert.Equal(("batch/v1", "Job"), (job.ApiVersion, job.Kind));
        Assert.Equal("Indexed", job.Spec.CompletionMode);
        var pod = job.Spec.Template.Spec;
        Assert.Equal("Never", pod.RestartPolicy);
        Assert.NotNull(job.Spec.BackoffLimitPerIndex);
        var container = Assert.Single(pod.Containers);
        Assert.Contains($"--shard=$(SHARD)/{job.Spec.Completions}", container.Args);
        Assert.Equal(
            "metadata.annotations['batch.kubernetes.io/job-completion-index']",
            Assert.Single(container.Env, variable => variable.Name == "SHARD").ValueFrom.FieldRef.FieldPath);
        Assert.Equal(
            container.VolumeMounts.Select(mount => mount.Name).Order(StringComparer.Ordinal),
            pod.Volumes.Select(volume => volume.Name).Order(StringComparer.Ordinal));
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        foreach (string option in container.Args.Where(argument => argument.StartsWith("--", StringComparison.Ordinal)))
            Assert.Contains(option.Split('=')[0], Page.Replace("```yaml", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var quantity in container.Resources.Requests.Values.Concat(container.Resources.Limits.Values))
            Assert.True(quantity.ToDecimal() > 0);
    }

    [Theory]
    [InlineData("completionMode:", "completionmode:")]
    [InlineData("restartPolicy: Never", "restartPolicy: [Never]")]
    [InlineData("completions: 16", "completions: many")]
    [InlineData("mountPath: /out", "mountpath: /out")]
    [InlineData("  parallelism: 8", "  parallelism: 8\n  parallelism: 9")]
    public void A_mistake_in_a_manifest_is_seen(string right, string wrong)
    {
        string manifest = Manifest("Job");
        Assert.Contains(right, manifest, StringComparison.Ordinal);
        Assert.ThrowsAny<YamlException>(() => Read<V1Job>(manifest.Replace(right, wrong, StringComparison.Ordinal)));
    }

    private static T Read<T>(string manifest) => KubernetesYaml.Deserialize<T>(manifest, strict: true);

    private static string Manifest(string kind) => Assert.Single(
        Page.Split("```yaml\n").Skip(1).Select(block => block.Split("```")[0]),
        block => block.Contains($"kind: {kind}\n", StringComparison.Ordinal));
}
