import { type ListDeviceKeys, uploadCrossSigningSignatures } from './endpoints/upload-cross-signing-signatures.ts';
import { uploadCrossSigningKeys, type UploadDependencies } from './endpoints/upload-cross-signing-keys.ts';

export { findCanonicalText, findSignedText } from './canonical-text.ts';
export { CrossSigning } from './service.ts';

export const crossSigningHandlers = (dependencies: UploadDependencies, listDeviceKeys: ListDeviceKeys) => ({
  uploadCrossSigningKeys: uploadCrossSigningKeys(dependencies),
  uploadCrossSigningSignatures: uploadCrossSigningSignatures(dependencies.crossSigning, listDeviceKeys),
});
