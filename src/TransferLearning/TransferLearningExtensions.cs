using TransferLearning.MLNet;

// The namespace of MLContext, so that the property is found wherever an MLContext is.
namespace Microsoft.ML;

/// <summary>Makes transfer learning a member of <see cref="MLContext"/>.</summary>
public static class TransferLearningExtensions
{
    extension(MLContext context)
    {
        /// <summary>Images in ML.NET pipelines: features of a pretrained network, and image classifiers.</summary>
        public TransferLearningCatalog TransferLearning
        {
            get
            {
                ArgumentNullException.ThrowIfNull(context);
                return new TransferLearningCatalog(context);
            }
        }
    }
}
