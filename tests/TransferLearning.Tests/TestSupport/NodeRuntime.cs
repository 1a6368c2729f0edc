namespace TransferLearning.Tests.TestSupport;

/// <summary>Node.js with <c>onnxruntime-node</c>, a judge of saved files that shares no managed code with the library.</summary>
internal static class NodeRuntime
{
    /// <summary>Its install script would fetch a GPU library; the one for the processor is in the package.</summary>
    private const string Package = "onnxruntime-node@1.30.0";

    /// <summary>Runs a script that can <c>require("onnxruntime-node")</c>, and returns what it printed.</summary>
    public static Task<string> RunAsync(string script, params string[] arguments) => NodeScript.RunAsync(Package, script, arguments);
}
