namespace TransferLearning;

/// <summary>Which of several equal forms the graphs of a step have.</summary>
/// <param name="FoldsBatch">Whether a batch is one wide image (<see cref="BatchFolding"/>).</param>
/// <param name="ForAccelerator">
/// Whether gradients have the forms that graphics cards are fast with. Their providers leave a ConvTranspose with unequal pads to the
/// processor, and compute a convolution whose kernel is as large as the image, as gradients of weights are, without using more than a
/// part of the card: both take longer than all else together (docs/devices.md). Every small node costs the start of a kernel.
/// </param>
/// <param name="HalfPrecision">
/// Whether all but the loss is computed with 16-bit numbers (<see cref="TransferLearning.HalfPrecision"/>).
/// </param>
internal readonly record struct StepForm(bool FoldsBatch, bool ForAccelerator, bool HalfPrecision = false)
{
    /// <summary>What the processor's kernels are fastest with.</summary>
    public static StepForm Processor { get; } = new(FoldsBatch: true, ForAccelerator: false);

    /// <summary>What a graphics card runs without the processor.</summary>
    public static StepForm Device { get; } = new(FoldsBatch: true, ForAccelerator: true);
}
