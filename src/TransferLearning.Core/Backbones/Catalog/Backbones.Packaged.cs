namespace TransferLearning;

/// <content>The network that comes through the package manager, and the default.</content>
public static partial class Backbones
{
    /// <summary>
    /// ResNet of 18 layers, trained on ImageNet, from the package registry: 15.9 million parameters, images of 224 × 224 pixels, 512
    /// features, no classifier of its own. Reference the package <c>TransferLearning.ResNet18</c>, which copies its files (64 MB) beside
    /// the application; then it needs no other download. The exact mean image of its training is part of the network.
    /// </summary>
    /// <remarks>Loading throws <see cref="WeightStorageException"/> where the files are missing.</remarks>
    public static Backbone ResNet18Packaged { get; } = PackagedResNet18.Describe();

    /// <summary>
    /// <see cref="ResNet18Packaged"/> where its files are at hand, else the embedded <see cref="TinyResNet"/>. Its
    /// <see cref="Backbone.Name"/> says which.
    /// </summary>
    public static Backbone Default => PackagedResNet18.IsPresent ? ResNet18Packaged : TinyResNet;
}
